#!/bin/sh -e
# netlab plan of lab policy-routing: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node edge is a machine of its own: it has its own links, routes and rules
ip netns add edge
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod api has its own network, shared by its containers
ip netns add api
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# edge passes packets on between its interfaces, as a router does
ip netns exec edge sysctl -q -w net.ipv4.ip_forward=1
# edge passes packets on between its interfaces, as a router does
ip netns exec edge sysctl -q -w net.ipv6.conf.all.forwarding=1
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
# a cable: eth0 in edge, its other end beside lan
ip -n lan link add name veth-edge type veth peer name eth0 netns edge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in api, its other end beside cbr0
ip -n node1 link add name veth-api type veth peer name eth0 netns api
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# a new namespace has its loopback interface switched off
ip -n edge link set dev lo up
# edge switches eth0 on
ip -n edge link set dev eth0 up
# edge has the address 172.18.0.100
ip -n edge addr add 172.18.0.100/16 dev eth0
# edge has the address fd00:172:18::100
ip -n edge addr add fd00:172:18::100/64 dev eth0 nodad
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
# node1 reaches everything else through edge (172.18.0.100), in table 100
ip -n node1 route add default via 172.18.0.100 dev eth0 table 100
# node1 reaches everything else through edge (fd00:172:18::100), in table 100
ip -n node1 route add default via fd00:172:18::100 dev eth0 table 100
# node1 refuses packets to 10.66.0.0/16 (unreachable), in table default
ip -n node1 route add unreachable 10.66.0.0/16 table default
# node1 routes packets to 10.244.0.0/16 by table main
ip -n node1 rule add priority 1000 from all to 10.244.0.0/16 table main
# node1 routes packets from 10.244.0.0/16 by table 100
ip -n node1 rule add priority 1002 from 10.244.0.0/16 table 100
# node1 routes packets to fd00:10:244::/48 by table main
ip -n node1 -6 rule add priority 1003 from all to fd00:10:244::/48 table main
# node1 routes packets from fd00:10:244::/64 that came in by cbr0 by table 100
ip -n node1 -6 rule add priority 1004 from fd00:10:244::/64 iif cbr0 table 100
# node1 routes packets marked 0x4000/0x4000 by table main
ip -n node1 rule add priority 1001 from all fwmark 0x4000/0x4000 table main
# node1 routes packets marked 0x4000/0x4000 by table main
ip -n node1 -6 rule add priority 1001 from all fwmark 0x4000/0x4000 table main
# node1 refuses packets to 192.168.66.7/32 that are to leave by eth0 (prohibit)
ip -n node1 rule add priority 1005 from all to 192.168.66.7/32 oif eth0 prohibit
# node1 knows that 10.244.0.99 is at 02:00:00:00:00:9a on cbr0, and does not ask
ip -n node1 neigh replace 10.244.0.99 lladdr 02:00:00:00:00:9a dev cbr0 nud permanent
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
# node2 reaches everything else through edge (172.18.0.100), in table 100
ip -n node2 route add default via 172.18.0.100 dev eth0 table 100
# node2 reaches everything else through edge (fd00:172:18::100), in table 100
ip -n node2 route add default via fd00:172:18::100 dev eth0 table 100
# node2 routes packets to 10.244.0.0/16 by table main
ip -n node2 rule add priority 1000 from all to 10.244.0.0/16 table main
# node2 routes packets from 10.244.0.0/16 by table 100
ip -n node2 rule add priority 1001 from 10.244.0.0/16 table 100
# a new namespace has its loopback interface switched off
ip -n api link set dev lo up
# api switches eth0 on
ip -n api link set dev eth0 up
# api has the address 10.244.0.2
ip -n api addr add 10.244.0.2/24 dev eth0
# api has the address fd00:10:244::2
ip -n api addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet api sends to cbr0 of node1 (10.244.0.1)
ip -n api route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet api sends to cbr0 of node1 (fd00:10:244::1)
ip -n api route add default via fd00:10:244::1 dev eth0
# api knows that 169.254.1.1 is at ee:ee:ee:ee:ee:ee on eth0, and does not ask
ip -n api neigh replace 169.254.1.1 lladdr ee:ee:ee:ee:ee:ee dev eth0 nud permanent
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on
ip -n web link set dev eth0 up
# web has the address 10.244.0.3
ip -n web addr add 10.244.0.3/24 dev eth0
# web has the address fd00:10:244::3
ip -n web addr add fd00:10:244::3/64 dev eth0 nodad
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (fd00:10:244::1)
ip -n web route add default via fd00:10:244::1 dev eth0
# web reaches 10.9.0.0/16 through eth0
ip -n web route add 10.9.0.0/16 dev eth0
# web routes packets marked 0x7 by table 100
ip -n web -6 rule add priority 32768 from all fwmark 0x7 table 100
# web knows that 10.244.0.99 is at 02:00:00:00:00:9a on eth0, and does not ask
ip -n web neigh replace 10.244.0.99 lladdr 02:00:00:00:00:9a dev eth0 nud permanent
# web knows that fd00:10:244::99 is at 02:00:00:00:00:99 on eth0, and does not ask
ip -n web neigh replace fd00:10:244::99 lladdr 02:00:00:00:00:99 dev eth0 nud permanent

### Plug veth ends into bridges
# edge is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-edge addrgenmode none
ip -n lan link set dev veth-edge master lan up
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# api is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-api addrgenmode none
ip -n node1 link set dev veth-api master cbr0 up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up

### Set entries of forwarding tables
# lan sends frames to 02:00:00:00:00:aa out to node2, without having learned where it is
bridge -n lan fdb replace 02:00:00:00:00:aa dev veth-node2 master static
# cbr0 sends frames to 02:00:00:00:00:9a out to api, without having learned where it is
bridge -n node1 fdb replace 02:00:00:00:00:9a dev veth-api master static
