"""What is kept: the database and its migrations, the keys, the cases, the personal links."""
