#!/bin/sh
# `npm test`: installs what the tests need, then checks everything. Its last line is `N passed, N failed, N skipped`.
# Arguments go to vitest: npm test -- test/unit
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/setup.sh

fail() {
  say "$1"
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}

require_node || fail 'the tests were not run'
# Without them the tests that need them say so themselves.
require_packages ip=iproute2 tc=iproute2 iptables=iptables ping=iputils-ping sysctl=procps unshare=util-linux \
  busybox=busybox python3=python3 tcpdump=tcpdump nginx=nginx-light openssl=openssl \
  conntrack=conntrack nft=nftables ipset=ipset || say 'going on without them'
# What asks a name server, once or thousands of times.
require_packages dig=bind9-dnsutils dnsperf=dnsperf || say 'going on without them'
# Shells that complete what is typed.
require_packages zsh=zsh fish=fish || say 'going on without them'
# A kernel that runs as a process, for what this machine's own may lack; few systems have a package of it.
require_packages linux.uml=user-mode-linux depmod=kmod || say 'going on without user-mode Linux'
# A Docker of the tests' own, for labs whose nodes are containers.
require_packages dockerd=docker.io busybox=busybox nginx=nginx-light || say 'going on without Docker'
require_build || fail 'netlab cannot be built, so the tests were not run'
exec node --import tsx scripts/test.ts "$@"
