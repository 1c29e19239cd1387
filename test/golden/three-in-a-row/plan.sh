#!/bin/sh -e
# netlab plan of lab three-in-a-row: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node node3 is a machine of its own: it has its own links, routes and rules
ip netns add node3
# pod db has its own network, shared by its containers
ip netns add db
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# a cable between node1 and node2
ip -n node1 link add name eth0 type veth peer name eth0 netns node2
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable between node2 and node3
ip -n node2 link add name eth1 type veth peer name eth0 netns node3
# cbr0 joins the pods on node3 like a switch
ip -n node3 link add name cbr0 type bridge
# a cable: eth0 in db, its other end beside cbr0
ip -n node3 link add name veth-db type veth peer name eth0 netns db

### Give addresses and routes
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node1 link set dev cbr0 addrgenmode none
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on; it needs no IPv6 address of its own
ip -n node1 link set dev eth0 addrgenmode none
ip -n node1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# node1 has the address 10.0.12.1
ip -n node1 addr add 10.0.12.1/30 dev eth0
# node1 reaches 10.244.1.0/24 through node2 (10.0.12.2)
ip -n node1 route add 10.244.1.0/24 via 10.0.12.2 dev eth0
# node1 reaches 10.244.2.0/24 through node2 (10.0.12.2)
ip -n node1 route add 10.244.2.0/24 via 10.0.12.2 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node2 link set dev cbr0 addrgenmode none
ip -n node2 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on; it needs no IPv6 address of its own
ip -n node2 link set dev eth0 addrgenmode none
ip -n node2 link set dev eth0 up
# node2 switches eth1 on; it needs no IPv6 address of its own
ip -n node2 link set dev eth1 addrgenmode none
ip -n node2 link set dev eth1 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add 10.244.1.1/24 dev cbr0
# node2 has the address 10.0.12.2
ip -n node2 addr add 10.0.12.2/30 dev eth0
# node2 has the address 10.0.23.1
ip -n node2 addr add 10.0.23.1/30 dev eth1
# node2 reaches 10.244.0.0/24 through node1 (10.0.12.1)
ip -n node2 route add 10.244.0.0/24 via 10.0.12.1 dev eth0
# node2 reaches 10.244.2.0/24 through node3 (10.0.23.2)
ip -n node2 route add 10.244.2.0/24 via 10.0.23.2 dev eth1
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node3 link set dev cbr0 addrgenmode none
ip -n node3 link set dev cbr0 address 0a:58:0a:f4:02:01 up
# a new namespace has its loopback interface switched off
ip -n node3 link set dev lo up
# node3 switches eth0 on; it needs no IPv6 address of its own
ip -n node3 link set dev eth0 addrgenmode none
ip -n node3 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node3
ip -n node3 addr add 10.244.2.1/24 dev cbr0
# node3 has the address 10.0.23.2
ip -n node3 addr add 10.0.23.2/30 dev eth0
# node3 reaches 10.244.1.0/24 through node2 (10.0.23.1)
ip -n node3 route add 10.244.1.0/24 via 10.0.23.1 dev eth0
# node3 reaches 10.244.0.0/24 through node2 (10.0.23.1)
ip -n node3 route add 10.244.0.0/24 via 10.0.23.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n db link set dev lo up
# db switches eth0 on; it needs no IPv6 address of its own
ip -n db link set dev eth0 addrgenmode none
ip -n db link set dev eth0 up
# db has the address 10.244.2.2
ip -n db addr add 10.244.2.2/24 dev eth0
# whatever is not on its own subnet db sends to cbr0 of node3 (10.244.2.1)
ip -n db route add default via 10.244.2.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.2
ip -n web addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
# db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node3 link set dev veth-db addrgenmode none
ip -n node3 link set dev veth-db master cbr0 up
