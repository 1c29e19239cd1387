#!/bin/sh -e
# netlab plan of lab namespaces: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod team-a/web has its own network, shared by its containers
ip netns add team-a_web
# pod team-b/web has its own network, shared by its containers
ip netns add team-b_web
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in team-a/web, its other end beside cbr0
ip -n node1 link add name veth-team-a_web type veth peer name eth0 netns team-a_web
# a cable: eth0 in team-b/web, its other end beside cbr0
ip -n node1 link add name veth-team-b_web type veth peer name eth0 netns team-b_web
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web

### Give addresses and routes
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node1 link set dev cbr0 addrgenmode none
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# a new namespace has its loopback interface switched off
ip -n team-a_web link set dev lo up
# team-a/web switches eth0 on; it needs no IPv6 address of its own
ip -n team-a_web link set dev eth0 addrgenmode none
ip -n team-a_web link set dev eth0 up
# team-a/web has the address 10.244.0.2
ip -n team-a_web addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet team-a/web sends to cbr0 of node1 (10.244.0.1)
ip -n team-a_web route add default via 10.244.0.1 dev eth0
# team-a/web reaches 192.0.2.0/24 through team-b/web (10.244.0.3)
ip -n team-a_web route add 192.0.2.0/24 via 10.244.0.3 dev eth0
# a new namespace has its loopback interface switched off
ip -n team-b_web link set dev lo up
# team-b/web switches eth0 on; it needs no IPv6 address of its own
ip -n team-b_web link set dev eth0 addrgenmode none
ip -n team-b_web link set dev eth0 up
# team-b/web has the address 10.244.0.3
ip -n team-b_web addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet team-b/web sends to cbr0 of node1 (10.244.0.1)
ip -n team-b_web route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.4
ip -n web addr add 10.244.0.4/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0
# web reaches 192.0.2.0/24 through cbr0 of node1 (10.244.0.1)
ip -n web route add 192.0.2.0/24 via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# team-a/web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-team-a_web addrgenmode none
ip -n node1 link set dev veth-team-a_web master cbr0 up
# team-b/web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-team-b_web addrgenmode none
ip -n node1 link set dev veth-team-b_web master cbr0 up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
