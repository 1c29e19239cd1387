#!/bin/sh -e
# netlab plan of lab dual-stack: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod fixed has its own network, shared by its containers
ip netns add fixed
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
# a cable: eth0 in fixed, its other end beside cbr0
ip -n node2 link add name veth-fixed type veth peer name eth0 netns fixed

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on
ip -n node1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add fd00:10:244::1/64 dev cbr0 nodad
# node1 has the address 172.18.0.2
ip -n node1 addr add 172.18.0.2/16 dev eth0
# node1 has the address fd00:172:18::2
ip -n node1 addr add fd00:172:18::2/64 dev eth0 nodad
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node1 reaches fd00:10:244:1::/64 through node2 (fd00:172:18::3)
ip -n node1 route add fd00:10:244:1::/64 via fd00:172:18::3 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node2 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on
ip -n node2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add 10.244.1.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add fd00:10:244:1::1/64 dev cbr0 nodad
# node2 has the address 172.18.0.3
ip -n node2 addr add 172.18.0.3/16 dev eth0
# node2 has the address fd00:172:18::3
ip -n node2 addr add fd00:172:18::3/64 dev eth0 nodad
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node2 reaches fd00:10:244::/64 through node1 (fd00:172:18::2)
ip -n node2 route add fd00:10:244::/64 via fd00:172:18::2 dev eth0
# a new namespace has its loopback interface switched off
ip -n fixed link set dev lo up
# fixed switches eth0 on
ip -n fixed link set dev eth0 up
# fixed has the address 10.244.1.99
ip -n fixed addr add 10.244.1.99/24 dev eth0
# fixed has the address fd00:10:244:1::99
ip -n fixed addr add fd00:10:244:1::99/64 dev eth0 nodad
# whatever is not on its own subnet fixed sends to cbr0 of node2 (10.244.1.1)
ip -n fixed route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet fixed sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n fixed route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on
ip -n web link set dev eth0 up
# web has the address 10.244.0.2
ip -n web addr add 10.244.0.2/24 dev eth0
# web has the address fd00:10:244::2
ip -n web addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0
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
# fixed is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-fixed addrgenmode none
ip -n node2 link set dev veth-fixed master cbr0 up

### Load iptables rules
# node1 puts its own address in place of the sender's on what leaves here
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.3/32 -j RETURN
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 '!' -d 10.244.0.0/16 -j MASQUERADE
# node1 puts its own address in place of the sender's on what leaves here
ip netns exec node1 ip6tables -t nat -A POSTROUTING -s fd00:10:244::/48 -d fd00:172:18::3/128 -j RETURN
ip netns exec node1 ip6tables -t nat -A POSTROUTING -s fd00:10:244::/48 '!' -d fd00:10:244::/48 -j MASQUERADE
# node2 puts its own address in place of the sender's on what leaves here
ip netns exec node2 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.2/32 -j RETURN
ip netns exec node2 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 '!' -d 10.244.0.0/16 -j MASQUERADE
# node2 puts its own address in place of the sender's on what leaves here
ip netns exec node2 ip6tables -t nat -A POSTROUTING -s fd00:10:244::/48 -d fd00:172:18::2/128 -j RETURN
ip netns exec node2 ip6tables -t nat -A POSTROUTING -s fd00:10:244::/48 '!' -d fd00:10:244::/48 -j MASQUERADE
