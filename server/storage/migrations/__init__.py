"""The schema's history: Alembic runs what a database has not seen yet, at every start."""
