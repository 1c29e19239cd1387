#!/bin/sh -e
# netlab plan of lab given-networks: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node node3 is a machine of its own: it has its own links, routes and rules
ip netns add node3
# pod a has its own network, shared by its containers
ip netns add a
# pod b has its own network, shared by its containers
ip netns add b
# pod c has its own network, shared by its containers
ip netns add c

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv4.ip_forward=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv6.conf.all.forwarding=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# a cable: eth0 in node3, its other end beside lan
ip -n lan link add name veth-node3 type veth peer name eth0 netns node3
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in a, its other end beside cbr0
ip -n node1 link add name veth-a type veth peer name eth0 netns a
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in b, its other end beside cbr0
ip -n node2 link add name veth-b type veth peer name eth0 netns b
# cbr0 joins the pods on node3 like a switch
ip -n node3 link add name cbr0 type bridge
# a cable: eth0 in c, its other end beside cbr0
ip -n node3 link add name veth-c type veth peer name eth0 netns c

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev cbr0 address 0a:58:0a:64:00:41 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on
ip -n node1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.100.0.65/26 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add fd00:100::1:0:0:1/80 dev cbr0 nodad
# node1 has the address 10.50.0.2
ip -n node1 addr add 10.50.0.2/24 dev eth0
# node1 has the address fd00:50::2
ip -n node1 addr add fd00:50::2/64 dev eth0 nodad
# node1 reaches 10.100.0.0/26 through node2 (10.50.0.3)
ip -n node1 route add 10.100.0.0/26 via 10.50.0.3 dev eth0
# node1 reaches fd00:100::/80 through node2 (fd00:50::3)
ip -n node1 route add fd00:100::/80 via fd00:50::3 dev eth0
# node1 reaches 10.100.8.0/22 through node3 (10.50.0.4)
ip -n node1 route add 10.100.8.0/22 via 10.50.0.4 dev eth0
# node1 reaches fd00:100:0:0:2::/80 through node3 (fd00:50::4)
ip -n node1 route add fd00:100:0:0:2::/80 via fd00:50::4 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node2 link set dev cbr0 address 0a:58:0a:64:00:01 up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on
ip -n node2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add 10.100.0.1/26 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add fd00:100::1/80 dev cbr0 nodad
# node2 has the address 10.50.0.3
ip -n node2 addr add 10.50.0.3/24 dev eth0
# node2 has the address fd00:50::3
ip -n node2 addr add fd00:50::3/64 dev eth0 nodad
# node2 reaches 10.100.0.64/26 through node1 (10.50.0.2)
ip -n node2 route add 10.100.0.64/26 via 10.50.0.2 dev eth0
# node2 reaches fd00:100:0:0:1::/80 through node1 (fd00:50::2)
ip -n node2 route add fd00:100:0:0:1::/80 via fd00:50::2 dev eth0
# node2 reaches 10.100.8.0/22 through node3 (10.50.0.4)
ip -n node2 route add 10.100.8.0/22 via 10.50.0.4 dev eth0
# node2 reaches fd00:100:0:0:2::/80 through node3 (fd00:50::4)
ip -n node2 route add fd00:100:0:0:2::/80 via fd00:50::4 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node3 link set dev cbr0 address 0a:58:0a:64:08:01 up
# a new namespace has its loopback interface switched off
ip -n node3 link set dev lo up
# node3 switches eth0 on
ip -n node3 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node3
ip -n node3 addr add 10.100.8.1/22 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node3
ip -n node3 addr add fd00:100::2:0:0:1/80 dev cbr0 nodad
# node3 has the address 10.50.0.4
ip -n node3 addr add 10.50.0.4/24 dev eth0
# node3 has the address fd00:50::4
ip -n node3 addr add fd00:50::4/64 dev eth0 nodad
# node3 reaches 10.100.0.64/26 through node1 (10.50.0.2)
ip -n node3 route add 10.100.0.64/26 via 10.50.0.2 dev eth0
# node3 reaches fd00:100:0:0:1::/80 through node1 (fd00:50::2)
ip -n node3 route add fd00:100:0:0:1::/80 via fd00:50::2 dev eth0
# node3 reaches 10.100.0.0/26 through node2 (10.50.0.3)
ip -n node3 route add 10.100.0.0/26 via 10.50.0.3 dev eth0
# node3 reaches fd00:100::/80 through node2 (fd00:50::3)
ip -n node3 route add fd00:100::/80 via fd00:50::3 dev eth0
# a new namespace has its loopback interface switched off
ip -n a link set dev lo up
# a switches eth0 on
ip -n a link set dev eth0 up
# a has the address 10.100.0.66
ip -n a addr add 10.100.0.66/26 dev eth0
# a has the address fd00:100::1:0:0:2
ip -n a addr add fd00:100::1:0:0:2/80 dev eth0 nodad
# whatever is not on its own subnet a sends to cbr0 of node1 (10.100.0.65)
ip -n a route add default via 10.100.0.65 dev eth0
# whatever is not on its own subnet a sends to cbr0 of node1 (fd00:100::1:0:0:1)
ip -n a route add default via fd00:100::1:0:0:1 dev eth0
# a new namespace has its loopback interface switched off
ip -n b link set dev lo up
# b switches eth0 on
ip -n b link set dev eth0 up
# b has the address 10.100.0.2
ip -n b addr add 10.100.0.2/26 dev eth0
# b has the address fd00:100::2
ip -n b addr add fd00:100::2/80 dev eth0 nodad
# whatever is not on its own subnet b sends to cbr0 of node2 (10.100.0.1)
ip -n b route add default via 10.100.0.1 dev eth0
# whatever is not on its own subnet b sends to cbr0 of node2 (fd00:100::1)
ip -n b route add default via fd00:100::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n c link set dev lo up
# c switches eth0 on
ip -n c link set dev eth0 up
# c has the address 10.100.8.2
ip -n c addr add 10.100.8.2/22 dev eth0
# c has the address fd00:100::2:0:0:2
ip -n c addr add fd00:100::2:0:0:2/80 dev eth0 nodad
# whatever is not on its own subnet c sends to cbr0 of node3 (10.100.8.1)
ip -n c route add default via 10.100.8.1 dev eth0
# whatever is not on its own subnet c sends to cbr0 of node3 (fd00:100::2:0:0:1)
ip -n c route add default via fd00:100::2:0:0:1 dev eth0

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# node3 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node3 addrgenmode none
ip -n lan link set dev veth-node3 master lan up
# a is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-a addrgenmode none
ip -n node1 link set dev veth-a master cbr0 up
# b is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-b addrgenmode none
ip -n node2 link set dev veth-b master cbr0 up
# c is plugged into cbr0; it needs no IPv6 address of its own
ip -n node3 link set dev veth-c addrgenmode none
ip -n node3 link set dev veth-c master cbr0 up

### Load iptables rules
# node1 puts its own address in place of the sender's on what leaves here
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.100.0.0/16 '!' -d 10.100.0.0/16 -j MASQUERADE
# node1 puts its own address in place of the sender's on what leaves here
ip netns exec node1 ip6tables -t nat -A POSTROUTING -s fd00:100::/56 -o eth0 -j MASQUERADE
# node2 puts its own address in place of the sender's on what leaves here
ip netns exec node2 iptables -t nat -A POSTROUTING -s 10.100.0.0/16 '!' -d 10.100.0.0/16 -j MASQUERADE
# node2 puts its own address in place of the sender's on what leaves here
ip netns exec node2 ip6tables -t nat -A POSTROUTING -s fd00:100::/56 -o eth0 -j MASQUERADE
# node3 puts its own address in place of the sender's on what leaves here
ip netns exec node3 iptables -t nat -A POSTROUTING -s 10.100.0.0/16 '!' -d 10.100.0.0/16 -j MASQUERADE
# node3 puts its own address in place of the sender's on what leaves here
ip netns exec node3 ip6tables -t nat -A POSTROUTING -s fd00:100::/56 -o eth0 -j MASQUERADE
