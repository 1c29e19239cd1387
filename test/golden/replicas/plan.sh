#!/bin/sh -e
# netlab plan of lab replicas: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node-0 is a machine of its own: it has its own links, routes and rules
ip netns add node-0
# node node-1 is a machine of its own: it has its own links, routes and rules
ip netns add node-1
# node node-2 is a machine of its own: it has its own links, routes and rules
ip netns add node-2
# pod pinned has its own network, shared by its containers
ip netns add pinned
# pod web-0 has its own network, shared by its containers
ip netns add web-0
# pod web-1 has its own network, shared by its containers
ip netns add web-1
# pod web-2 has its own network, shared by its containers
ip netns add web-2
# pod web-3 has its own network, shared by its containers
ip netns add web-3
# pod web-4 has its own network, shared by its containers
ip netns add web-4
# pod web-5 has its own network, shared by its containers
ip netns add web-5
# pod web-6 has its own network, shared by its containers
ip netns add web-6
# pod web-7 has its own network, shared by its containers
ip netns add web-7
# pod web-8 has its own network, shared by its containers
ip netns add web-8
# pod web-9 has its own network, shared by its containers
ip netns add web-9
# pod web-10 has its own network, shared by its containers
ip netns add web-10

### Set kernel settings
# node-0 passes packets on between its interfaces, as a router does
ip netns exec node-0 sysctl -q -w net.ipv4.ip_forward=1
# node-1 passes packets on between its interfaces, as a router does
ip netns exec node-1 sysctl -q -w net.ipv4.ip_forward=1
# node-2 passes packets on between its interfaces, as a router does
ip netns exec node-2 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node-0, its other end beside lan
ip -n lan link add name veth-node-0 type veth peer name eth0 netns node-0
# a cable: eth0 in node-1, its other end beside lan
ip -n lan link add name veth-node-1 type veth peer name eth0 netns node-1
# a cable: eth0 in node-2, its other end beside lan
ip -n lan link add name veth-node-2 type veth peer name eth0 netns node-2
# cbr0 joins the pods on node-0 like a switch
ip -n node-0 link add name cbr0 type bridge
# a cable: eth0 in pinned, its other end beside cbr0
ip -n node-0 link add name veth-pinned type veth peer name eth0 netns pinned
# a cable: eth0 in web-2, its other end beside cbr0
ip -n node-0 link add name veth-web-2 type veth peer name eth0 netns web-2
# a cable: eth0 in web-5, its other end beside cbr0
ip -n node-0 link add name veth-web-5 type veth peer name eth0 netns web-5
# a cable: eth0 in web-8, its other end beside cbr0
ip -n node-0 link add name veth-web-8 type veth peer name eth0 netns web-8
# cbr0 joins the pods on node-1 like a switch
ip -n node-1 link add name cbr0 type bridge
# a cable: eth0 in web-0, its other end beside cbr0
ip -n node-1 link add name veth-web-0 type veth peer name eth0 netns web-0
# a cable: eth0 in web-3, its other end beside cbr0
ip -n node-1 link add name veth-web-3 type veth peer name eth0 netns web-3
# a cable: eth0 in web-6, its other end beside cbr0
ip -n node-1 link add name veth-web-6 type veth peer name eth0 netns web-6
# a cable: eth0 in web-9, its other end beside cbr0
ip -n node-1 link add name veth-web-9 type veth peer name eth0 netns web-9
# cbr0 joins the pods on node-2 like a switch
ip -n node-2 link add name cbr0 type bridge
# a cable: eth0 in web-1, its other end beside cbr0
ip -n node-2 link add name veth-web-1 type veth peer name eth0 netns web-1
# a cable: eth0 in web-4, its other end beside cbr0
ip -n node-2 link add name veth-web-4 type veth peer name eth0 netns web-4
# a cable: eth0 in web-7, its other end beside cbr0
ip -n node-2 link add name veth-web-7 type veth peer name eth0 netns web-7
# a cable: eth0 in web-10, its other end beside cbr0
ip -n node-2 link add name veth-web-10 type veth peer name eth0 netns web-10

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node-0 link set dev cbr0 addrgenmode none
ip -n node-0 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node-0 link set dev lo up
# node-0 switches eth0 on; it needs no IPv6 address of its own
ip -n node-0 link set dev eth0 addrgenmode none
ip -n node-0 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node-0
ip -n node-0 addr add 10.244.0.1/24 dev cbr0
# node-0 has the address 172.18.0.2
ip -n node-0 addr add 172.18.0.2/16 dev eth0
# node-0 reaches 10.244.1.0/24 through node-1 (172.18.0.3)
ip -n node-0 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node-0 reaches 10.244.2.0/24 through node-2 (172.18.0.4)
ip -n node-0 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node-1 link set dev cbr0 addrgenmode none
ip -n node-1 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n node-1 link set dev lo up
# node-1 switches eth0 on; it needs no IPv6 address of its own
ip -n node-1 link set dev eth0 addrgenmode none
ip -n node-1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node-1
ip -n node-1 addr add 10.244.1.1/24 dev cbr0
# node-1 has the address 172.18.0.3
ip -n node-1 addr add 172.18.0.3/16 dev eth0
# node-1 reaches 10.244.0.0/24 through node-0 (172.18.0.2)
ip -n node-1 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node-1 reaches 10.244.2.0/24 through node-2 (172.18.0.4)
ip -n node-1 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node-2 link set dev cbr0 addrgenmode none
ip -n node-2 link set dev cbr0 address 0a:58:0a:f4:02:01 up
# a new namespace has its loopback interface switched off
ip -n node-2 link set dev lo up
# node-2 switches eth0 on; it needs no IPv6 address of its own
ip -n node-2 link set dev eth0 addrgenmode none
ip -n node-2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node-2
ip -n node-2 addr add 10.244.2.1/24 dev cbr0
# node-2 has the address 172.18.0.4
ip -n node-2 addr add 172.18.0.4/16 dev eth0
# node-2 reaches 10.244.0.0/24 through node-0 (172.18.0.2)
ip -n node-2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node-2 reaches 10.244.1.0/24 through node-1 (172.18.0.3)
ip -n node-2 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# a new namespace has its loopback interface switched off
ip -n pinned link set dev lo up
# pinned switches eth0 on; it needs no IPv6 address of its own
ip -n pinned link set dev eth0 addrgenmode none
ip -n pinned link set dev eth0 up
# pinned has the address 10.244.0.2
ip -n pinned addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet pinned sends to cbr0 of node-0 (10.244.0.1)
ip -n pinned route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-0 link set dev lo up
# web-0 switches eth0 on; it needs no IPv6 address of its own
ip -n web-0 link set dev eth0 addrgenmode none
ip -n web-0 link set dev eth0 up
# web-0 has the address 10.244.1.2
ip -n web-0 addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet web-0 sends to cbr0 of node-1 (10.244.1.1)
ip -n web-0 route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-1 link set dev lo up
# web-1 switches eth0 on; it needs no IPv6 address of its own
ip -n web-1 link set dev eth0 addrgenmode none
ip -n web-1 link set dev eth0 up
# web-1 has the address 10.244.2.2
ip -n web-1 addr add 10.244.2.2/24 dev eth0
# whatever is not on its own subnet web-1 sends to cbr0 of node-2 (10.244.2.1)
ip -n web-1 route add default via 10.244.2.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-2 link set dev lo up
# web-2 switches eth0 on; it needs no IPv6 address of its own
ip -n web-2 link set dev eth0 addrgenmode none
ip -n web-2 link set dev eth0 up
# web-2 has the address 10.244.0.3
ip -n web-2 addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet web-2 sends to cbr0 of node-0 (10.244.0.1)
ip -n web-2 route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-3 link set dev lo up
# web-3 switches eth0 on; it needs no IPv6 address of its own
ip -n web-3 link set dev eth0 addrgenmode none
ip -n web-3 link set dev eth0 up
# web-3 has the address 10.244.1.3
ip -n web-3 addr add 10.244.1.3/24 dev eth0
# whatever is not on its own subnet web-3 sends to cbr0 of node-1 (10.244.1.1)
ip -n web-3 route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-4 link set dev lo up
# web-4 switches eth0 on; it needs no IPv6 address of its own
ip -n web-4 link set dev eth0 addrgenmode none
ip -n web-4 link set dev eth0 up
# web-4 has the address 10.244.2.3
ip -n web-4 addr add 10.244.2.3/24 dev eth0
# whatever is not on its own subnet web-4 sends to cbr0 of node-2 (10.244.2.1)
ip -n web-4 route add default via 10.244.2.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-5 link set dev lo up
# web-5 switches eth0 on; it needs no IPv6 address of its own
ip -n web-5 link set dev eth0 addrgenmode none
ip -n web-5 link set dev eth0 up
# web-5 has the address 10.244.0.4
ip -n web-5 addr add 10.244.0.4/24 dev eth0
# whatever is not on its own subnet web-5 sends to cbr0 of node-0 (10.244.0.1)
ip -n web-5 route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-6 link set dev lo up
# web-6 switches eth0 on; it needs no IPv6 address of its own
ip -n web-6 link set dev eth0 addrgenmode none
ip -n web-6 link set dev eth0 up
# web-6 has the address 10.244.1.4
ip -n web-6 addr add 10.244.1.4/24 dev eth0
# whatever is not on its own subnet web-6 sends to cbr0 of node-1 (10.244.1.1)
ip -n web-6 route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-7 link set dev lo up
# web-7 switches eth0 on; it needs no IPv6 address of its own
ip -n web-7 link set dev eth0 addrgenmode none
ip -n web-7 link set dev eth0 up
# web-7 has the address 10.244.2.4
ip -n web-7 addr add 10.244.2.4/24 dev eth0
# whatever is not on its own subnet web-7 sends to cbr0 of node-2 (10.244.2.1)
ip -n web-7 route add default via 10.244.2.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-8 link set dev lo up
# web-8 switches eth0 on; it needs no IPv6 address of its own
ip -n web-8 link set dev eth0 addrgenmode none
ip -n web-8 link set dev eth0 up
# web-8 has the address 10.244.0.5
ip -n web-8 addr add 10.244.0.5/24 dev eth0
# whatever is not on its own subnet web-8 sends to cbr0 of node-0 (10.244.0.1)
ip -n web-8 route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-9 link set dev lo up
# web-9 switches eth0 on; it needs no IPv6 address of its own
ip -n web-9 link set dev eth0 addrgenmode none
ip -n web-9 link set dev eth0 up
# web-9 has the address 10.244.1.5
ip -n web-9 addr add 10.244.1.5/24 dev eth0
# whatever is not on its own subnet web-9 sends to cbr0 of node-1 (10.244.1.1)
ip -n web-9 route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web-10 link set dev lo up
# web-10 switches eth0 on; it needs no IPv6 address of its own
ip -n web-10 link set dev eth0 addrgenmode none
ip -n web-10 link set dev eth0 up
# web-10 has the address 10.244.2.5
ip -n web-10 addr add 10.244.2.5/24 dev eth0
# whatever is not on its own subnet web-10 sends to cbr0 of node-2 (10.244.2.1)
ip -n web-10 route add default via 10.244.2.1 dev eth0

### Plug veth ends into bridges
# node-0 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node-0 addrgenmode none
ip -n lan link set dev veth-node-0 master lan up
# node-1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node-1 addrgenmode none
ip -n lan link set dev veth-node-1 master lan up
# node-2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node-2 addrgenmode none
ip -n lan link set dev veth-node-2 master lan up
# pinned is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-0 link set dev veth-pinned addrgenmode none
ip -n node-0 link set dev veth-pinned master cbr0 up
# web-2 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-0 link set dev veth-web-2 addrgenmode none
ip -n node-0 link set dev veth-web-2 master cbr0 up
# web-5 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-0 link set dev veth-web-5 addrgenmode none
ip -n node-0 link set dev veth-web-5 master cbr0 up
# web-8 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-0 link set dev veth-web-8 addrgenmode none
ip -n node-0 link set dev veth-web-8 master cbr0 up
# web-0 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-1 link set dev veth-web-0 addrgenmode none
ip -n node-1 link set dev veth-web-0 master cbr0 up
# web-3 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-1 link set dev veth-web-3 addrgenmode none
ip -n node-1 link set dev veth-web-3 master cbr0 up
# web-6 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-1 link set dev veth-web-6 addrgenmode none
ip -n node-1 link set dev veth-web-6 master cbr0 up
# web-9 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-1 link set dev veth-web-9 addrgenmode none
ip -n node-1 link set dev veth-web-9 master cbr0 up
# web-1 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-2 link set dev veth-web-1 addrgenmode none
ip -n node-2 link set dev veth-web-1 master cbr0 up
# web-4 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-2 link set dev veth-web-4 addrgenmode none
ip -n node-2 link set dev veth-web-4 master cbr0 up
# web-7 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-2 link set dev veth-web-7 addrgenmode none
ip -n node-2 link set dev veth-web-7 master cbr0 up
# web-10 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node-2 link set dev veth-web-10 addrgenmode none
ip -n node-2 link set dev veth-web-10 master cbr0 up
