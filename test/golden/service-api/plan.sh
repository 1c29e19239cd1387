#!/bin/sh -e
# netlab plan of lab lab: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node node3 is a machine of its own: it has its own links, routes and rules
ip netns add node3
# node proxy is a machine of its own: it has its own links, routes and rules
ip netns add proxy
# pod far has its own network, shared by its containers
ip netns add far
# pod near has its own network, shared by its containers
ip netns add near

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_be_liberal=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_be_liberal=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv4.ip_forward=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.netfilter.nf_conntrack_tcp_be_liberal=1
# proxy passes packets on between its interfaces, as a router does
ip netns exec proxy sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# a cable: eth0 in node3, its other end beside lan
ip -n lan link add name veth-node3 type veth peer name eth0 netns node3
# a cable: eth0 in proxy, its other end beside lan
ip -n lan link add name veth-proxy type veth peer name eth0 netns proxy
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in near, its other end beside cbr0
ip -n node1 link add name veth-near type veth peer name eth0 netns near
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# cbr0 joins the pods on node3 like a switch
ip -n node3 link add name cbr0 type bridge
# a cable: eth0 in far, its other end beside cbr0
ip -n node3 link add name veth-far type veth peer name eth0 netns far

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
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
# node1 has the address 172.18.0.2
ip -n node1 addr add 172.18.0.2/16 dev eth0
# node1 answers for 172.18.9.1, the load balancer of Service several; another node would if it could not
ip -n node1 addr add 172.18.9.1/32 dev eth0
# node1 answers for 172.18.9.2, the load balancer of Service several; another node would if it could not
ip -n node1 addr add 172.18.9.2/32 dev eth0
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node1 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node1 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add 10.96.0.0/12 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n node2 link set dev cbr0 addrgenmode none
ip -n node2 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on; it needs no IPv6 address of its own
ip -n node2 link set dev eth0 addrgenmode none
ip -n node2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add 10.244.1.1/24 dev cbr0
# node2 has the address 172.18.0.3
ip -n node2 addr add 172.18.0.3/16 dev eth0
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node2 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node2 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add 10.96.0.0/12 dev eth0
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
# what node3 sends to a cluster IP needs some way before rules rewrite it
ip -n node3 route add 10.96.0.0/12 dev eth0
# a new namespace has its loopback interface switched off
ip -n proxy link set dev lo up
# proxy switches eth0 on; it needs no IPv6 address of its own
ip -n proxy link set dev eth0 addrgenmode none
ip -n proxy link set dev eth0 up
# proxy has the address 172.18.0.200
ip -n proxy addr add 172.18.0.200/16 dev eth0
# a new namespace has its loopback interface switched off
ip -n far link set dev lo up
# far switches eth0 on; it needs no IPv6 address of its own
ip -n far link set dev eth0 addrgenmode none
ip -n far link set dev eth0 up
# far has the address 10.244.2.2
ip -n far addr add 10.244.2.2/24 dev eth0
# whatever is not on its own subnet far sends to cbr0 of node3 (10.244.2.1)
ip -n far route add default via 10.244.2.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n near link set dev lo up
# near switches eth0 on; it needs no IPv6 address of its own
ip -n near link set dev eth0 addrgenmode none
ip -n near link set dev eth0 up
# near has the address 10.244.0.2
ip -n near addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet near sends to cbr0 of node1 (10.244.0.1)
ip -n near route add default via 10.244.0.1 dev eth0

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
# proxy is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-proxy addrgenmode none
ip -n lan link set dev veth-proxy master lan up
# near is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-near addrgenmode none
ip -n node1 link set dev veth-near master cbr0 up
ip -n node1 link set dev veth-near type bridge_slave hairpin on
# far is plugged into cbr0; it needs no IPv6 address of its own
ip -n node3 link set dev veth-far addrgenmode none
ip -n node3 link set dev veth-far master cbr0 up
ip -n node3 link set dev veth-far type bridge_slave hairpin on

### Load iptables rules
# what comes to default/several from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-SIONNYG7C52PIK4N
# node1 refuses what comes from outside for a Service that nobody answers for
ip netns exec node1 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 iptables -t filter -N KUBE-FIREWALL
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node1 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 iptables -t nat -N KUBE-KUBELET-CANARY
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -N KUBE-MARK-MASQ
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t filter -N KUBE-NODEPORTS
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t nat -N KUBE-NODEPORTS
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 iptables -t nat -N KUBE-PROXY-CANARY
# node1 drops what a load balancer's source ranges do not allow
ip netns exec node1 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-2VL3M5T22RBZKFP2
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-6ELCQNQKP522G4SU
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-6P366DHGEE4HK6GC
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-HKFDB5B3CIS6EPTC
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/zones is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-GO3HQTLFD7M3T7XC
# one of the endpoints of default/several is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-SIONNYG7C52PIK4N
# one of the endpoints of default/node is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-TNSMERPEENHAWP3N
# what comes to default/several from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -m comment --comment 'masquerade traffic for default/several external destinations' -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -j KUBE-SVC-SIONNYG7C52PIK4N
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/several -m tcp --dport 30086 -j KUBE-EXT-SIONNYG7C52PIK4N
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-2VL3M5T22RBZKFP2 -s 10.244.0.2/32 -m comment --comment default/node -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-2VL3M5T22RBZKFP2 -p tcp -m comment --comment default/node -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -s 10.244.2.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.2.2:80
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-6P366DHGEE4HK6GC -s 10.244.0.2/32 -m comment --comment default/zones -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-6P366DHGEE4HK6GC -p tcp -m comment --comment default/zones -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -s 10.244.0.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.0.2:80
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-SVC-TNSMERPEENHAWP3N
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-SVC-SIONNYG7C52PIK4N
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 172.18.9.1/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 172.18.9.2/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-SVC-GO3HQTLFD7M3T7XC
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/zones is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -m comment --comment 'default/zones -> 10.244.0.2:80' -j KUBE-SEP-6P366DHGEE4HK6GC
# one of the endpoints of default/several is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.0.2:80' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-HKFDB5B3CIS6EPTC
ip netns exec node1 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.2.2:80' -j KUBE-SEP-6ELCQNQKP522G4SU
# one of the endpoints of default/node is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -m comment --comment 'default/node -> 10.244.0.2:80' -j KUBE-SEP-2VL3M5T22RBZKFP2
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node1 iptables -t filter -A INPUT -j KUBE-FIREWALL
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# what comes to default/several from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-SIONNYG7C52PIK4N
# node2 refuses what comes from outside for a Service that nobody answers for
ip netns exec node2 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 iptables -t filter -N KUBE-FIREWALL
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node2 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 iptables -t nat -N KUBE-KUBELET-CANARY
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -N KUBE-MARK-MASQ
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t filter -N KUBE-NODEPORTS
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t nat -N KUBE-NODEPORTS
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 iptables -t nat -N KUBE-PROXY-CANARY
# node2 drops what a load balancer's source ranges do not allow
ip netns exec node2 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-2VL3M5T22RBZKFP2
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-6ELCQNQKP522G4SU
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-6P366DHGEE4HK6GC
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-HKFDB5B3CIS6EPTC
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/zones is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-GO3HQTLFD7M3T7XC
# one of the endpoints of default/several is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-SIONNYG7C52PIK4N
# one of the endpoints of default/node is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-TNSMERPEENHAWP3N
# what comes to default/several from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -m comment --comment 'masquerade traffic for default/several external destinations' -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -j KUBE-SVC-SIONNYG7C52PIK4N
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/several -m tcp --dport 30086 -j KUBE-EXT-SIONNYG7C52PIK4N
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-2VL3M5T22RBZKFP2 -s 10.244.0.2/32 -m comment --comment default/node -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-2VL3M5T22RBZKFP2 -p tcp -m comment --comment default/node -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -s 10.244.2.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.2.2:80
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-6P366DHGEE4HK6GC -s 10.244.0.2/32 -m comment --comment default/zones -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-6P366DHGEE4HK6GC -p tcp -m comment --comment default/zones -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -s 10.244.0.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.0.2:80
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-SVC-TNSMERPEENHAWP3N
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-SVC-SIONNYG7C52PIK4N
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 172.18.9.1/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 172.18.9.2/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-SVC-GO3HQTLFD7M3T7XC
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/zones is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -m comment --comment 'default/zones -> 10.244.0.2:80' -j KUBE-SEP-6P366DHGEE4HK6GC
# one of the endpoints of default/several is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.0.2:80' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-HKFDB5B3CIS6EPTC
ip netns exec node2 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.2.2:80' -j KUBE-SEP-6ELCQNQKP522G4SU
# one of the endpoints of default/node is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -m comment --comment 'default/node -> 10.244.0.2:80' -j KUBE-SEP-2VL3M5T22RBZKFP2
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node2 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node2 iptables -t filter -A INPUT -j KUBE-FIREWALL
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node2 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# what comes to default/several from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-SIONNYG7C52PIK4N
# node3 refuses what comes from outside for a Service that nobody answers for
ip netns exec node3 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# node3 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node3 iptables -t filter -N KUBE-FIREWALL
# node3 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node3 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node3 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 iptables -t nat -N KUBE-KUBELET-CANARY
# node3 marks what has to leave with its own address
ip netns exec node3 iptables -t nat -N KUBE-MARK-MASQ
# node3 looks here for the Service behind a port of its own
ip netns exec node3 iptables -t filter -N KUBE-NODEPORTS
# node3 looks here for the Service behind a port of its own
ip netns exec node3 iptables -t nat -N KUBE-NODEPORTS
# node3 puts its own address in place of the sender's on what bears the mark
ip netns exec node3 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 iptables -t nat -N KUBE-PROXY-CANARY
# node3 drops what a load balancer's source ranges do not allow
ip netns exec node3 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-2ALNMHO632JIV35S
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-6ELCQNQKP522G4SU
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-HKFDB5B3CIS6EPTC
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-IX4XUGIS4FDIOFJS
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t filter -N KUBE-SERVICES
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/zones is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-GO3HQTLFD7M3T7XC
# one of the endpoints of default/several is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-SIONNYG7C52PIK4N
# one of the endpoints of default/node is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-TNSMERPEENHAWP3N
# what comes to default/several from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -m comment --comment 'masquerade traffic for default/several external destinations' -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-SIONNYG7C52PIK4N -j KUBE-SVC-SIONNYG7C52PIK4N
# node3 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node3 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node3 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node3 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node3 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node3 marks what has to leave with its own address
ip netns exec node3 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node3 looks here for the Service behind a port of its own
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/several -m tcp --dport 30086 -j KUBE-EXT-SIONNYG7C52PIK4N
# node3 puts its own address in place of the sender's on what bears the mark
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/node: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-2ALNMHO632JIV35S -s 10.244.2.2/32 -m comment --comment default/node -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-2ALNMHO632JIV35S -p tcp -m comment --comment default/node -m tcp -j DNAT --to-destination 10.244.2.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -s 10.244.2.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-6ELCQNQKP522G4SU -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.2.2:80
# one endpoint of default/several: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -s 10.244.0.2/32 -m comment --comment default/several -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-HKFDB5B3CIS6EPTC -p tcp -m comment --comment default/several -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/zones: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-IX4XUGIS4FDIOFJS -s 10.244.2.2/32 -m comment --comment default/zones -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-IX4XUGIS4FDIOFJS -p tcp -m comment --comment default/zones -m tcp -j DNAT --to-destination 10.244.2.2:80
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-SVC-TNSMERPEENHAWP3N
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-SVC-SIONNYG7C52PIK4N
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 172.18.9.1/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 172.18.9.2/32 -p tcp -m comment --comment 'default/several loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-SIONNYG7C52PIK4N
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-SVC-GO3HQTLFD7M3T7XC
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/zones is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -d 10.96.1.3/32 -p tcp -m comment --comment 'default/zones cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-GO3HQTLFD7M3T7XC -m comment --comment 'default/zones -> 10.244.2.2:80' -j KUBE-SEP-IX4XUGIS4FDIOFJS
# one of the endpoints of default/several is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -d 10.96.1.2/32 -p tcp -m comment --comment 'default/several cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.0.2:80' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-HKFDB5B3CIS6EPTC
ip netns exec node3 iptables -t nat -A KUBE-SVC-SIONNYG7C52PIK4N -m comment --comment 'default/several -> 10.244.2.2:80' -j KUBE-SEP-6ELCQNQKP522G4SU
# one of the endpoints of default/node is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -d 10.96.1.1/32 -p tcp -m comment --comment 'default/node cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-TNSMERPEENHAWP3N -m comment --comment 'default/node -> 10.244.2.2:80' -j KUBE-SEP-2ALNMHO632JIV35S
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node3 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node3 iptables -t filter -A INPUT -j KUBE-FIREWALL
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node3 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node3 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node3 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
