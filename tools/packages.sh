#!/bin/sh
# What the tests drive, from Debian's packages: browsers, databases, a relay, proxies. Says in words what it could not do.
set -u
PATH="$PATH:/usr/sbin:/sbin"
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need chromium-headless-shell chromium-headless-shell
need firefox-esr firefox-esr
need ip iproute2
need iptables iptables
need redis-server redis-server
need turnserver coturn
need caddy caddy
need nginx nginx
need faketime faketime
need shellcheck shellcheck
need systemd-analyze systemd
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
say() { echo "The tests need$missing. $1" >&2; exit 1; }
command -v apt-get >/dev/null 2>&1 || say "This machine has no apt-get: install them by hand and try again."
[ "$(id -u)" = 0 ] || say "Run as root: apt-get install$missing"
export DEBIAN_FRONTEND=noninteractive
export RUNLEVEL=1  # the tests start servers themselves, on ports of their own; none is started by its package
apt-get update -qq || say "apt-get update failed: is there a network?"
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null || say "apt-get could not install them."
