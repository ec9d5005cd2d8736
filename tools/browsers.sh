#!/bin/sh
# The browsers that the tests drive, from Debian's packages. Says in words what it could not do.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromium-headless-shell >/dev/null 2>&1 || missing="$missing chromium-headless-shell"
command -v firefox-esr >/dev/null 2>&1 || missing="$missing firefox-esr"
PATH="$PATH:/usr/sbin:/sbin" command -v ip >/dev/null 2>&1 || missing="$missing iproute2"
[ -z "$missing" ] && exit 0
say() { echo "The browser tests need$missing. $1" >&2; exit 1; }
command -v apt-get >/dev/null 2>&1 || say "This machine has no apt-get: install them by hand and try again."
[ "$(id -u)" = 0 ] || say "Run as root: apt-get install$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || say "apt-get update failed: is there a network?"
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null || say "apt-get could not install them."
