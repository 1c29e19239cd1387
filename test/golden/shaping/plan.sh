#!/bin/sh -e
# netlab plan of lab shaping: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# switch wan is a box of its own between the nodes
ip netns add wan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod all has its own network, shared by its containers
ip netns add all
# pod far has its own network, shared by its containers
ip netns add far
# pod lossy has its own network, shared by its containers
ip netns add lossy
# pod slow has its own network, shared by its containers
ip netns add slow

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# wan passes frames between what is plugged into it
ip -n wan link add name wan type bridge
# a cable: eth1 in node1, its other end beside wan
ip -n wan link add name veth-node1-eth1 type veth peer name eth1 netns node1
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in far, its other end beside cbr0
ip -n node1 link add name veth-far type veth peer name eth0 netns far
# a cable: eth0 in slow, its other end beside cbr0
ip -n node1 link add name veth-slow type veth peer name eth0 netns slow
# a cable between node1 and node2
ip -n node1 link add name eth2 type veth peer name eth1 netns node2
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in all, its other end beside cbr0
ip -n node2 link add name veth-all type veth peer name eth0 netns all
# a cable: eth0 in lossy, its other end beside cbr0
ip -n node2 link add name veth-lossy type veth peer name eth0 netns lossy

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
# node1 switches eth2 on; it needs no IPv6 address of its own
ip -n node1 link set dev eth2 addrgenmode none
ip -n node1 link set dev eth2 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# node1 has the address 172.18.0.2
ip -n node1 addr add 172.18.0.2/16 dev eth0
# node1 has the address 198.51.100.2
ip -n node1 addr add 198.51.100.2/24 dev eth1
# node1 has the address 10.0.0.1
ip -n node1 addr add 10.0.0.1/30 dev eth2
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
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
# node2 has the address 10.0.0.2
ip -n node2 addr add 10.0.0.2/30 dev eth1
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# a new namespace has its loopback interface switched off
ip -n all link set dev lo up
# all switches eth0 on; it needs no IPv6 address of its own
ip -n all link set dev eth0 addrgenmode none
ip -n all link set dev eth0 up
# all has the address 10.244.1.2
ip -n all addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet all sends to cbr0 of node2 (10.244.1.1)
ip -n all route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n far link set dev lo up
# far switches eth0 on; it needs no IPv6 address of its own
ip -n far link set dev eth0 addrgenmode none
ip -n far link set dev eth0 up
# far has the address 10.244.0.2
ip -n far addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet far sends to cbr0 of node1 (10.244.0.1)
ip -n far route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n lossy link set dev lo up
# lossy switches eth0 on; it needs no IPv6 address of its own
ip -n lossy link set dev eth0 addrgenmode none
ip -n lossy link set dev eth0 up
# lossy has the address 10.244.1.3
ip -n lossy addr add 10.244.1.3/24 dev eth0
# whatever is not on its own subnet lossy sends to cbr0 of node2 (10.244.1.1)
ip -n lossy route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n slow link set dev lo up
# slow switches eth0 on; it needs no IPv6 address of its own
ip -n slow link set dev eth0 addrgenmode none
ip -n slow link set dev eth0 up
# slow has the address 10.244.0.3
ip -n slow addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet slow sends to cbr0 of node1 (10.244.0.1)
ip -n slow route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# node1 is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-node1-eth1 addrgenmode none
ip -n wan link set dev veth-node1-eth1 master wan up
# far is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-far addrgenmode none
ip -n node1 link set dev veth-far master cbr0 up
# slow is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-slow addrgenmode none
ip -n node1 link set dev veth-slow master cbr0 up
# all is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-all addrgenmode none
ip -n node2 link set dev veth-all master cbr0 up
# lossy is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-lossy addrgenmode none
ip -n node2 link set dev veth-lossy master cbr0 up

### Shape traffic
# what node1 sends through eth1 is slowed down or lost on purpose
tc -n node1 qdisc add dev eth1 root tbf rate 100000000bit burst 125000 latency 50ms
# what node1 sends through eth2 is slowed down or lost on purpose
tc -n node1 qdisc add dev eth2 root netem delay 10000us 1000us loss 0.1% rate 10000000bit
# what node2 sends through eth1 is slowed down or lost on purpose
tc -n node2 qdisc add dev eth1 root netem delay 10000us 1000us loss 0.1% rate 10000000bit
# what all sends through eth0 is slowed down or lost on purpose
tc -n all qdisc add dev eth0 root netem delay 100us 10us loss 1% rate 20000000bit
# what far sends through eth0 is slowed down or lost on purpose
tc -n far qdisc add dev eth0 root netem delay 50000us 5000us
# what lossy sends through eth0 is slowed down or lost on purpose
tc -n lossy qdisc add dev eth0 root netem loss 2.5%
# what slow sends through eth0 is slowed down or lost on purpose
tc -n slow qdisc add dev eth0 root tbf rate 1000000bit burst 32768 latency 50ms
