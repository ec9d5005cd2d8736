#!/bin/sh
# Makes the secrets of an installation with several nodes, one file each, in the folder that is named (usual: secrets
# beside this file). What is there already stays. Each belongs to the user of the containers that read it.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
owner=${OWNER:-10001}             # of the nodes, of Redis and of coturn
database_owner=${DATABASE_OWNER:-999} # of PostgreSQL
mkdir -p "$folder"

random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
plain() { random | tr '+/' '-_' | tr -d '='; } # for addresses and configuration files
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s\n' "$2" >"$folder/$1"
  echo "made $folder/$1"
}

keep master.key "$(random)"
keep operator.key "$(plain)"
keep turn.key "$(plain)"
keep redis.password "$(plain)"
keep postgres.password "$(plain)"
keep postgres-owner.password "$(plain)"
keep postgres-backup.password "$(plain)"
# The settings that hold a password. The hosts are those of compose.yaml; change them for other machines.
keep parley.env "PARLEY_DATABASE=postgresql://parley:$(cat "$folder/postgres.password")@postgres/parley
PARLEY_REDIS=redis://parley:$(cat "$folder/redis.password")@redis:6379/0"
keep backup.env "PARLEY_DATABASE=postgresql://parley_backup:$(cat "$folder/postgres-backup.password")@postgres/parley"
if [ "$(id -u)" = 0 ]; then
  chown -R "$owner:$owner" "$folder"
  chown "$database_owner:$database_owner" "$folder"/postgres*.password
else
  echo "Run as root where containers shall read these files: they belong to you now." >&2
fi
chmod 700 "$folder"
chmod 600 "$folder"/*
echo "Keep a copy of master.key where the backups of the database are not. Without it nothing in them can be read."
