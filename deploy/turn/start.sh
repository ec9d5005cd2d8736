#!/bin/sh
# Starts coturn: turnserver.conf, then what this machine adds, then the secret. The secret goes from file to file, never
# through an argument or the environment, which process lists show. Further arguments go to turnserver as they are.
set -eu
umask 077

: "${TURN_KEY_FILE:?names the file with the secret, the same one that PARLEY_TURN_KEY names}"
: "${TURN_ADDRESS:?is the IPv4 address of this machine to listen and to relay on}"
: "${TURN_NODES:?are the media addresses of the nodes, separated by commas: the only ones that are relayed to}"
state=${TURN_STATE:-/run/turnserver}
secret=$(cat "$TURN_KEY_FILE")
[ "${#secret}" -ge 32 ] || { echo "The secret in $TURN_KEY_FILE is shorter than 32 characters." >&2; exit 1; }

add() { printf '%s=%s\n' "$1" "$2"; }
{
  cat "${TURN_CONF:-$(dirname "$0")/turnserver.conf}"
  add realm "${TURN_REALM:-parley}"
  add listening-ip "$TURN_ADDRESS"
  add listening-port "${TURN_PORT:-3478}"
  add relay-ip "$TURN_ADDRESS" # one IPv4 address and no other: whoever asks for an IPv6 allocation gets 440
  [ -z "${TURN_EXTERNAL:-}" ] || add external-ip "$TURN_EXTERNAL/$TURN_ADDRESS" # behind address translation
  if [ -n "${TURN_CERT:-}" ]; then
    add tls-listening-port "${TURN_TLS_PORT:-5349}"
    add cert "$TURN_CERT"
    add pkey "${TURN_CERT_KEY:?belongs to TURN_CERT}"
  else
    echo no-tls
    echo no-dtls
  fi
  echo "$TURN_NODES" | tr ',' '\n' | while read -r node; do
    [ -z "$node" ] || add allowed-peer-ip "$node"
  done
  add userdb "$state/turndb"
  add pidfile "$state/turnserver.pid"
  add static-auth-secret "$secret"
} >"$state/turnserver.conf"
exec turnserver -c "$state/turnserver.conf" "$@"
