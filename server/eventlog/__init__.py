"""The case's log: what was appended has happened, and nothing else has."""
