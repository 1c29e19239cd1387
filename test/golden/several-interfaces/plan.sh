#!/bin/sh -e
# netlab plan of lab several-interfaces: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch open is a box of its own between the nodes
ip netns add open
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod alone has its own network, shared by its containers
ip netns add alone
# pod other-gateway has its own network, shared by its containers
ip netns add other-gateway
# pod router has its own network, shared by its containers
ip netns add router
# pod short-and-long has its own network, shared by its containers
ip netns add short-and-long
# pod switched has its own network, shared by its containers
ip netns add switched
# pod two has its own network, shared by its containers
ip netns add two

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv6.conf.all.forwarding=1

### Make bridges and veth pairs
# open passes frames between what is plugged into it
ip -n open link add name open type bridge
# a cable: eth0 in switched, its other end beside open
ip -n open link add name veth-switched type veth peer name eth0 netns switched
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# storage joins the pods on node1 like a switch
ip -n node1 link add name storage type bridge
# both joins the pods on node1 like a switch
ip -n node1 link add name both type bridge
# a cable: eth0 in alone, its other end beside cbr0
ip -n node1 link add name veth-alone type veth peer name eth0 netns alone
# a cable: eth0 in other-gateway, its other end beside cbr0
ip -n node1 link add name veth-othe-jzolj type veth peer name eth0 netns other-gateway
# a cable: eth0 in router, its other end beside storage
ip -n node1 link add name veth-router type veth peer name eth0 netns router
# a cable: eth1 in router, its other end beside both
ip -n node1 link add name veth-rout-8i07g type veth peer name eth1 netns router
# a cable: eth0 in short-and-long, its other end beside cbr0
ip -n node1 link add name veth-shor-5u3v7 type veth peer name eth0 netns short-and-long
# a cable: eth1 in short-and-long, its other end beside storage
ip -n node1 link add name veth-shor-5qwhm type veth peer name eth1 netns short-and-long
# a cable: eth0 in two, its other end beside cbr0
ip -n node1 link add name veth-two type veth peer name eth0 netns two
# a cable: eth1 in two, its other end beside storage
ip -n node1 link add name veth-two-eth1 type veth peer name eth1 netns two

### Give addresses and routes
# open is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n open link set dev open addrgenmode none
ip -n open link set dev open address 0a:58:d3:5e:c4:c9 up
# a new namespace has its loopback interface switched off
ip -n open link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# storage is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev storage address 0a:58:0a:09:00:01 up
# both is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev both address 0a:58:0a:08:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# storage has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.9.0.1/24 dev storage
# both has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.8.0.1/24 dev both
# both has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add fd00:8::1/64 dev both nodad
# a new namespace has its loopback interface switched off
ip -n alone link set dev lo up
# alone switches eth0 on
ip -n alone link set dev eth0 up
# alone has the address 10.244.0.2
ip -n alone addr add 10.244.0.2/24 dev eth0
# a new namespace has its loopback interface switched off
ip -n other-gateway link set dev lo up
# other-gateway switches eth0 on
ip -n other-gateway link set dev eth0 up
# other-gateway has the address 10.244.0.3
ip -n other-gateway addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet other-gateway sends to 10.244.0.77
ip -n other-gateway route add default via 10.244.0.77 dev eth0
# a new namespace has its loopback interface switched off
ip -n router link set dev lo up
# router switches eth0 on
ip -n router link set dev eth0 up
# router switches eth1 on
ip -n router link set dev eth1 up
# router has the address 10.9.0.2
ip -n router addr add 10.9.0.2/24 dev eth0
# router has the address 10.8.0.2
ip -n router addr add 10.8.0.2/24 dev eth1
# router has the address fd00:8::2
ip -n router addr add fd00:8::2/64 dev eth1 nodad
# whatever is not on its own subnet router sends to both of node1 (10.8.0.1)
ip -n router route add default via 10.8.0.1 dev eth1
# whatever is not on its own subnet router sends to both of node1 (fd00:8::1)
ip -n router route add default via fd00:8::1 dev eth1
# a new namespace has its loopback interface switched off
ip -n short-and-long link set dev lo up
# short-and-long switches eth0 on
ip -n short-and-long link set dev eth0 up
# short-and-long switches eth1 on
ip -n short-and-long link set dev eth1 up
# short-and-long has the address 10.244.0.4
ip -n short-and-long addr add 10.244.0.4/24 dev eth0
# short-and-long has the address 10.9.0.50
ip -n short-and-long addr add 10.9.0.50/24 dev eth1
# short-and-long has the address 10.9.0.51
ip -n short-and-long addr add 10.9.0.51/24 dev eth1
# whatever is not on its own subnet short-and-long sends to cbr0 of node1 (10.244.0.1)
ip -n short-and-long route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n switched link set dev lo up
# switched switches eth0 on
ip -n switched link set dev eth0 up
# switched has the address 10.7.0.2
ip -n switched addr add 10.7.0.2/24 dev eth0
# switched has the address fd00:7::2
ip -n switched addr add fd00:7::2/64 dev eth0 nodad
# a new namespace has its loopback interface switched off
ip -n two link set dev lo up
# two switches eth0 on
ip -n two link set dev eth0 up
# two switches eth1 on
ip -n two link set dev eth1 up
# two has the address 10.244.0.5
ip -n two addr add 10.244.0.5/24 dev eth0
# two has the address 10.9.0.3
ip -n two addr add 10.9.0.3/24 dev eth1
# whatever is not on its own subnet two sends to cbr0 of node1 (10.244.0.1)
ip -n two route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# switched is plugged into open; it needs no IPv6 address of its own
ip -n open link set dev veth-switched addrgenmode none
ip -n open link set dev veth-switched master open up
# alone is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-alone addrgenmode none
ip -n node1 link set dev veth-alone master cbr0 up
# other-gateway is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-othe-jzolj addrgenmode none
ip -n node1 link set dev veth-othe-jzolj master cbr0 up
# router is plugged into storage; it needs no IPv6 address of its own
ip -n node1 link set dev veth-router addrgenmode none
ip -n node1 link set dev veth-router master storage up
# router is plugged into both; it needs no IPv6 address of its own
ip -n node1 link set dev veth-rout-8i07g addrgenmode none
ip -n node1 link set dev veth-rout-8i07g master both up
# short-and-long is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-shor-5u3v7 addrgenmode none
ip -n node1 link set dev veth-shor-5u3v7 master cbr0 up
# short-and-long is plugged into storage; it needs no IPv6 address of its own
ip -n node1 link set dev veth-shor-5qwhm addrgenmode none
ip -n node1 link set dev veth-shor-5qwhm master storage up
# two is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-two addrgenmode none
ip -n node1 link set dev veth-two master cbr0 up
# two is plugged into storage; it needs no IPv6 address of its own
ip -n node1 link set dev veth-two-eth1 addrgenmode none
ip -n node1 link set dev veth-two-eth1 master storage up
