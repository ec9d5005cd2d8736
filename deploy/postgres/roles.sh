#!/bin/sh
# Makes Parley's database and its two roles, with the least rights that they need; what is there already stays. Run it as
# the owner of the server: PostgreSQL's container image does so by itself at its first start. Passwords are read from
# files and shown to nobody.
set -eu

: "${PASSWORD_FILE:?names the file with the password of the role parley}"
: "${BACKUP_PASSWORD_FILE:?names the file with the password of the role parley_backup}"

psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@" <<'SQL'
SET log_min_error_statement = panic;
SET client_min_messages = warning;
\set secret `cat "$PASSWORD_FILE"`
\set backup_secret `cat "$BACKUP_PASSWORD_FILE"`

SELECT 'CREATE ROLE parley' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley') \gexec
SELECT 'CREATE ROLE parley_backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley_backup') \gexec
ALTER ROLE parley LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 40 PASSWORD :'secret';
ALTER ROLE parley_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  CONNECTION LIMIT 2 PASSWORD :'backup_secret';
ALTER ROLE parley_backup SET default_transaction_read_only = on;
ALTER ROLE parley_backup SET idle_in_transaction_session_timeout = 0;

SELECT 'CREATE DATABASE parley OWNER parley ENCODING ''UTF8'' TEMPLATE template0'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'parley') \gexec
REVOKE ALL ON DATABASE parley FROM PUBLIC;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE parley TO parley_backup;

\connect parley
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO parley;
GRANT USAGE ON SCHEMA public TO parley_backup;
-- Tables that the nodes have made and will make can be read by backups, and by nobody else.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO parley_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE parley IN SCHEMA public GRANT SELECT ON TABLES TO parley_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE parley IN SCHEMA public GRANT SELECT ON SEQUENCES TO parley_backup;
SQL
