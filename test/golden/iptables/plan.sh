#!/bin/sh -e
# netlab plan of lab iptables: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
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

### Load iptables rules
# what no rule of FORWARD decides, node1 drops
ip netns exec node1 iptables -t filter -P FORWARD DROP
# node1 has a chain PODS of its own, which other rules jump to
ip netns exec node1 iptables -t filter -N PODS
# what no rule of INPUT decides, node1 drops
ip netns exec node1 ip6tables -t filter -P INPUT DROP
# node1 filters or rewrites packets in FORWARD
ip netns exec node1 iptables -t filter -A FORWARD -j PODS
# node1 filters or rewrites packets in PODS
ip netns exec node1 iptables -t filter -A PODS -s 10.244.0.0/24 -m comment --comment 'pods may go out' -j ACCEPT
ip netns exec node1 iptables -t filter -A PODS -d 10.244.0.0/24 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip netns exec node1 iptables -t filter -A PODS -j LOG --log-prefix 'it is dropped: '
# node1 filters or rewrites packets in PREROUTING
ip netns exec node1 iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.244.0.2:80
# node1 filters or rewrites packets in INPUT
ip netns exec node1 ip6tables -t filter -A INPUT -i lo -j ACCEPT
# web filters or rewrites packets in INPUT
ip netns exec web iptables -t filter -A INPUT -p tcp --dport 23 -j REJECT
