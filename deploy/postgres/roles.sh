#!/bin/sh
# Makes Parley's database and its two roles, with the least rights that they need. Run once, as the owner of the server:
# PostgreSQL's container image does so by itself. Passwords are read from files and shown to nobody.
set -eu

: "${PASSWORD_FILE:?names the file with the password of the role parley}"
: "${BACKUP_PASSWORD_FILE:?names the file with the password of the role parley_backup}"

psql -X -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@" <<'SQL'
\set QUIET on
SET log_min_error_statement = panic;
\set secret `cat "$PASSWORD_FILE"`
\set backup_secret `cat "$BACKUP_PASSWORD_FILE"`

CREATE ROLE parley LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 40 PASSWORD :'secret';
CREATE ROLE parley_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 2 PASSWORD :'backup_secret';
ALTER ROLE parley_backup SET default_transaction_read_only = on;
ALTER ROLE parley_backup SET statement_timeout = 0;
ALTER ROLE parley_backup SET idle_in_transaction_session_timeout = 0;

CREATE DATABASE parley OWNER parley ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE parley FROM PUBLIC;
GRANT CONNECT ON DATABASE parley TO parley_backup;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;

\connect parley
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO parley;
GRANT USAGE ON SCHEMA public TO parley_backup;
-- Tables that the nodes will make can be read by backups, and by nobody else.
ALTER DEFAULT PRIVILEGES FOR ROLE parley IN SCHEMA public GRANT SELECT ON TABLES TO parley_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE parley IN SCHEMA public GRANT SELECT ON SEQUENCES TO parley_backup;
SQL
