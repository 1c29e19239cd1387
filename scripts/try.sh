#!/bin/sh
# `npm run try`: from a fresh clone to a ping between two pods on two nodes. Installs what is missing, leaves no lab behind.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/setup.sh

LAB=labs/two-nodes.lab.yaml
NAME=two-nodes

require_node || exit 1
require_packages ip=iproute2 iptables=iptables ping=iputils-ping sysctl=procps unshare=util-linux || exit 1
require_build || exit 1

# Some systems keep namespaces from ordinary users (docs/troubleshooting.md, "Without root"): there it is tried as root.
SUDO=
if [ "$(id -u)" -ne 0 ] && ! ./bin/netlab doctor >/dev/null 2>&1; then
  say 'this system lets only root make namespaces: going on with sudo (docs/troubleshooting.md says how to allow it)'
  SUDO='sudo '
fi

netlab() {
  if [ -z "$SUDO" ]; then ./bin/netlab "$@"; else as_root "$(command -v node)" ./bin/netlab "$@"; fi
}

# show COMMAND...: prints a netlab command as one would type it, then runs it.
show() {
  printf '\n$ %s./bin/netlab %s\n' "$SUDO" "$*"
  netlab "$@"
}

is_up() { netlab list --json | grep -q "\"name\": \"$NAME\""; }

# A lab that was up before belongs to somebody, and stays.
is_up && WAS_UP=yes || WAS_UP=no
clean_up() { [ "$WAS_UP" = yes ] || netlab down "$NAME" >/dev/null 2>&1; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

show up "$LAB" || exit
show status "$NAME" || exit
DB=$(netlab status "$NAME" --json | node -p '
  const { pods } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  pods.find(({ name }) => name === "db").addresses.eth0[0].split("/")[0]')
show exec --lab "$NAME" web -- ping -c 3 "$DB" || exit

cat <<END

That was pod web on node1 talking to pod db on node2, over real veth pairs, bridges and routes of this machine's kernel.
The lab is $([ "$WAS_UP" = yes ] && echo 'still up' || echo 'gone again'), and the host is as it was. To go on:

  ./bin/netlab plan $LAB   # every command that "up" runs, and why
  ${SUDO}./bin/netlab up $LAB     # bring the lab up to stay
  ${SUDO}./bin/netlab exec node1 -- ip route       # how node1 finds the pods of node2
  ${SUDO}./bin/netlab shell web                    # a shell inside pod web
  ${SUDO}./bin/netlab down $NAME               # take it away
END
