#!/bin/sh -e
# netlab plan of lab masquerade: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# switch wan is a box of its own between the nodes
ip netns add wan
# node internet is a machine of its own: it has its own links, routes and rules
ip netns add internet
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
# internet passes packets on between its interfaces, as a router does
ip netns exec internet sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# a cable: eth0 in node3, its other end beside lan
ip -n lan link add name veth-node3 type veth peer name eth0 netns node3
# wan passes frames between what is plugged into it
ip -n wan link add name wan type bridge
# a cable: eth0 in internet, its other end beside wan
ip -n wan link add name veth-internet type veth peer name eth0 netns internet
# a cable: eth1 in node1, its other end beside wan
ip -n wan link add name veth-node1-eth1 type veth peer name eth1 netns node1
# a cable: eth1 in node2, its other end beside wan
ip -n wan link add name veth-node2-eth1 type veth peer name eth1 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in db, its other end beside cbr0
ip -n node2 link add name veth-db type veth peer name eth0 netns db
# cbr0 joins the pods on node3 like a switch
ip -n node3 link add name cbr0 type bridge

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# wan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n wan link set dev wan addrgenmode none
ip -n wan link set dev wan address 0a:58:2b:e2:e3:01 up
# a new namespace has its loopback interface switched off
ip -n wan link set dev lo up
# a new namespace has its loopback interface switched off
ip -n internet link set dev lo up
# internet switches eth0 on; it needs no IPv6 address of its own
ip -n internet link set dev eth0 addrgenmode none
ip -n internet link set dev eth0 up
# internet has the address 203.0.113.1
ip -n internet addr add 203.0.113.1/24 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node1 link set dev cbr0 addrgenmode none
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on; it needs no IPv6 address of its own
ip -n node1 link set dev eth0 addrgenmode none
ip -n node1 link set dev eth0 up
# node1 switches eth1 on; it needs no IPv6 address of its own
ip -n node1 link set dev eth1 addrgenmode none
ip -n node1 link set dev eth1 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# node1 has the address 172.18.0.2
ip -n node1 addr add 172.18.0.2/16 dev eth0
# node1 has the address 203.0.113.11
ip -n node1 addr add 203.0.113.11/24 dev eth1
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node1 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node1 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# node1 reaches everything else through internet (203.0.113.1)
ip -n node1 route add default via 203.0.113.1 dev eth1
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
# node2 has the address 172.18.0.3
ip -n node2 addr add 172.18.0.3/16 dev eth0
# node2 has the address 203.0.113.12
ip -n node2 addr add 203.0.113.12/24 dev eth1
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node2 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node2 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# node2 reaches everything else through internet (203.0.113.1)
ip -n node2 route add default via 203.0.113.1 dev eth1
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
# node3 has the address 172.18.0.4
ip -n node3 addr add 172.18.0.4/16 dev eth0
# node3 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node3 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node3 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node3 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# a new namespace has its loopback interface switched off
ip -n db link set dev lo up
# db switches eth0 on; it needs no IPv6 address of its own
ip -n db link set dev eth0 addrgenmode none
ip -n db link set dev eth0 up
# db has the address 10.244.1.2
ip -n db addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet db sends to cbr0 of node2 (10.244.1.1)
ip -n db route add default via 10.244.1.1 dev eth0
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
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# node3 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node3 addrgenmode none
ip -n lan link set dev veth-node3 master lan up
# internet is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-internet addrgenmode none
ip -n wan link set dev veth-internet master wan up
# node1 is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-node1-eth1 addrgenmode none
ip -n wan link set dev veth-node1-eth1 master wan up
# node2 is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-node2-eth1 addrgenmode none
ip -n wan link set dev veth-node2-eth1 master wan up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
# db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-db addrgenmode none
ip -n node2 link set dev veth-db master cbr0 up

### Load iptables rules
# node1 puts its own address in place of the sender's on what leaves here
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.3/32 -j RETURN
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.4/32 -j RETURN
ip netns exec node1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 '!' -d 10.244.0.0/16 -j MASQUERADE
# node2 puts its own address in place of the sender's on what leaves here
ip netns exec node2 iptables -t nat -A POSTROUTING -s 10.244.1.0/24 -d 172.18.0.0/16 -o eth1 -j RETURN
ip netns exec node2 iptables -t nat -A POSTROUTING -s 10.244.1.0/24 '!' -d 10.244.0.0/16 -o eth1 -j MASQUERADE
