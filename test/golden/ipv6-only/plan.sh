#!/bin/sh -e
# netlab plan of lab ipv6-only: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod db has its own network, shared by its containers
ip netns add db
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv6.conf.all.forwarding=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in db, its other end beside cbr0
ip -n node2 link add name veth-db type veth peer name eth0 netns db

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev cbr0 address 0a:58:29:af:95:3e up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on
ip -n node1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add fd00:10:244::1/64 dev cbr0 nodad
# node1 has the address fd00:172:18::2
ip -n node1 addr add fd00:172:18::2/64 dev eth0 nodad
# node1 reaches fd00:10:244:1::/64 through node2 (fd00:172:18::3)
ip -n node1 route add fd00:10:244:1::/64 via fd00:172:18::3 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node2 link set dev cbr0 address 0a:58:9a:3a:9a:8d up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on
ip -n node2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add fd00:10:244:1::1/64 dev cbr0 nodad
# node2 has the address fd00:172:18::3
ip -n node2 addr add fd00:172:18::3/64 dev eth0 nodad
# node2 reaches fd00:10:244::/64 through node1 (fd00:172:18::2)
ip -n node2 route add fd00:10:244::/64 via fd00:172:18::2 dev eth0
# a new namespace has its loopback interface switched off
ip -n db link set dev lo up
# db switches eth0 on
ip -n db link set dev eth0 up
# db has the address fd00:10:244:1::2
ip -n db addr add fd00:10:244:1::2/64 dev eth0 nodad
# whatever is not on its own subnet db sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n db route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on
ip -n web link set dev eth0 up
# web has the address fd00:10:244::2
ip -n web addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet web sends to cbr0 of node1 (fd00:10:244::1)
ip -n web route add default via fd00:10:244::1 dev eth0

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
# db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-db addrgenmode none
ip -n node2 link set dev veth-db master cbr0 up
