#!/bin/sh
# Starts Redis with redis.conf and users.acl. The password goes from file to file, as its SHA-256, never through an
# argument or the environment, which process lists show. Further arguments go to redis-server as they are.
set -eu
umask 077

: "${REDIS_PASSWORD_FILE:?names the file with the password that stands in PARLEY_REDIS}"
here=$(dirname "$0")
state=${REDIS_STATE:-/run/parley-redis}
password=$(cat "$REDIS_PASSWORD_FILE")
[ "${#password}" -ge 32 ] || { echo "The password in $REDIS_PASSWORD_FILE is shorter than 32 characters." >&2; exit 1; }
hash=$(printf '%s' "$password" | sha256sum | cut -d ' ' -f 1)
sed "/^user parley /s/\$/ #$hash/" "$here/users.acl" >"$state/users.acl"
exec redis-server "$here/redis.conf" --bind "${REDIS_ADDRESS:-127.0.0.1}" --port "${REDIS_PORT:-6379}" \
  --dir "$state" --aclfile "$state/users.acl" "$@"
