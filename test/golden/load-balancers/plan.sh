#!/bin/sh -e
# netlab plan of lab load-balancers: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# switch wan is a box of its own between the nodes
ip netns add wan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node node3 is a machine of its own: it has its own links, routes and rules
ip netns add node3
# node outside is a machine of its own: it has its own links, routes and rules
ip netns add outside
# pod far has its own network, shared by its containers
ip netns add far
# pod web has its own network, shared by its containers
ip netns add web
# pod kube-system/coredns has its own network, shared by its containers
ip netns add kube-system_coredns

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv4.ip_forward=1
# node3 passes packets on between its interfaces, as a router does
ip netns exec node3 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# node3 asks for this setting
ip netns exec node3 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# outside passes packets on between its interfaces, as a router does
ip netns exec outside sysctl -q -w net.ipv4.ip_forward=1
# outside passes packets on between its interfaces, as a router does
ip netns exec outside sysctl -q -w net.ipv6.conf.all.forwarding=1

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
# a cable: eth1 in node1, its other end beside wan
ip -n wan link add name veth-node1-eth1 type veth peer name eth1 netns node1
# a cable: eth1 in node2, its other end beside wan
ip -n wan link add name veth-node2-eth1 type veth peer name eth1 netns node2
# a cable: eth0 in outside, its other end beside wan
ip -n wan link add name veth-outside type veth peer name eth0 netns outside
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in kube-system/coredns, its other end beside cbr0
ip -n node2 link add name veth-kube-kk8bq type veth peer name eth0 netns kube-system_coredns
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
# wan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n wan link set dev wan addrgenmode none
ip -n wan link set dev wan address 0a:58:2b:e2:e3:01 up
# a new namespace has its loopback interface switched off
ip -n wan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n node1 link set dev lo up
# node1 switches eth0 on
ip -n node1 link set dev eth0 up
# node1 switches eth1 on
ip -n node1 link set dev eth1 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add 10.244.0.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node1
ip -n node1 addr add fd00:10:244::1/64 dev cbr0 nodad
# node1 has the address 172.18.0.2
ip -n node1 addr add 172.18.0.2/16 dev eth0
# node1 has the address fd00:172:18::2
ip -n node1 addr add fd00:172:18::2/64 dev eth0 nodad
# node1 has the address 203.0.113.2
ip -n node1 addr add 203.0.113.2/24 dev eth1
# node1 has the address 2001:db8::2
ip -n node1 addr add 2001:db8::2/64 dev eth1 nodad
# node1 answers for 203.0.113.65, the load balancer of Service local; another node would if it could not
ip -n node1 addr add 203.0.113.65/32 dev eth1
# node1 answers for 203.0.113.67, the load balancer of Service web; another node would if it could not
ip -n node1 addr add 203.0.113.67/32 dev eth1
# node1 answers for 2001:db8::64, the load balancer of Service web; another node would if it could not
ip -n node1 addr add 2001:db8::64/128 dev eth1 nodad preferred_lft 0
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node1 reaches fd00:10:244:1::/64 through node2 (fd00:172:18::3)
ip -n node1 route add fd00:10:244:1::/64 via fd00:172:18::3 dev eth0
# node1 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node1 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# node1 reaches fd00:10:244:2::/64 through node3 (fd00:172:18::4)
ip -n node1 route add fd00:10:244:2::/64 via fd00:172:18::4 dev eth0
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add 10.96.0.0/12 dev eth0
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add fd00:10:96::/112 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node2 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n node2 link set dev lo up
# node2 switches eth0 on
ip -n node2 link set dev eth0 up
# node2 switches eth1 on
ip -n node2 link set dev eth1 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add 10.244.1.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node2
ip -n node2 addr add fd00:10:244:1::1/64 dev cbr0 nodad
# node2 has the address 172.18.0.3
ip -n node2 addr add 172.18.0.3/16 dev eth0
# node2 has the address fd00:172:18::3
ip -n node2 addr add fd00:172:18::3/64 dev eth0 nodad
# node2 has the address 203.0.113.3
ip -n node2 addr add 203.0.113.3/24 dev eth1
# node2 has the address 2001:db8::3
ip -n node2 addr add 2001:db8::3/64 dev eth1 nodad
# node2 answers for 203.0.113.64, the load balancer of Service given; another node would if it could not
ip -n node2 addr add 203.0.113.64/32 dev eth1
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node2 reaches fd00:10:244::/64 through node1 (fd00:172:18::2)
ip -n node2 route add fd00:10:244::/64 via fd00:172:18::2 dev eth0
# node2 reaches 10.244.2.0/24 through node3 (172.18.0.4)
ip -n node2 route add 10.244.2.0/24 via 172.18.0.4 dev eth0
# node2 reaches fd00:10:244:2::/64 through node3 (fd00:172:18::4)
ip -n node2 route add fd00:10:244:2::/64 via fd00:172:18::4 dev eth0
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add 10.96.0.0/12 dev eth0
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add fd00:10:96::/112 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n node3 link set dev cbr0 address 0a:58:0a:f4:02:01 up
# a new namespace has its loopback interface switched off
ip -n node3 link set dev lo up
# node3 switches eth0 on
ip -n node3 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node3
ip -n node3 addr add 10.244.2.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on node3
ip -n node3 addr add fd00:10:244:2::1/64 dev cbr0 nodad
# node3 has the address 172.18.0.4
ip -n node3 addr add 172.18.0.4/16 dev eth0
# node3 has the address fd00:172:18::4
ip -n node3 addr add fd00:172:18::4/64 dev eth0 nodad
# node3 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node3 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# node3 reaches fd00:10:244::/64 through node1 (fd00:172:18::2)
ip -n node3 route add fd00:10:244::/64 via fd00:172:18::2 dev eth0
# node3 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node3 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# node3 reaches fd00:10:244:1::/64 through node2 (fd00:172:18::3)
ip -n node3 route add fd00:10:244:1::/64 via fd00:172:18::3 dev eth0
# what node3 sends to a cluster IP needs some way before rules rewrite it
ip -n node3 route add 10.96.0.0/12 dev eth0
# what node3 sends to a cluster IP needs some way before rules rewrite it
ip -n node3 route add fd00:10:96::/112 dev eth0
# a new namespace has its loopback interface switched off
ip -n outside link set dev lo up
# outside switches eth0 on
ip -n outside link set dev eth0 up
# outside has the address 203.0.113.4
ip -n outside addr add 203.0.113.4/24 dev eth0
# outside has the address 2001:db8::4
ip -n outside addr add 2001:db8::4/64 dev eth0 nodad
# a new namespace has its loopback interface switched off
ip -n far link set dev lo up
# far switches eth0 on
ip -n far link set dev eth0 up
# far has the address 10.244.2.2
ip -n far addr add 10.244.2.2/24 dev eth0
# far has the address fd00:10:244:2::2
ip -n far addr add fd00:10:244:2::2/64 dev eth0 nodad
# whatever is not on its own subnet far sends to cbr0 of node3 (10.244.2.1)
ip -n far route add default via 10.244.2.1 dev eth0
# whatever is not on its own subnet far sends to cbr0 of node3 (fd00:10:244:2::1)
ip -n far route add default via fd00:10:244:2::1 dev eth0
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
# a new namespace has its loopback interface switched off
ip -n kube-system_coredns link set dev lo up
# kube-system/coredns switches eth0 on
ip -n kube-system_coredns link set dev eth0 up
# kube-system/coredns has the address 10.244.1.2
ip -n kube-system_coredns addr add 10.244.1.2/24 dev eth0
# kube-system/coredns has the address fd00:10:244:1::2
ip -n kube-system_coredns addr add fd00:10:244:1::2/64 dev eth0 nodad
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of node2 (10.244.1.1)
ip -n kube-system_coredns route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n kube-system_coredns route add default via fd00:10:244:1::1 dev eth0

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
# node1 is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-node1-eth1 addrgenmode none
ip -n wan link set dev veth-node1-eth1 master wan up
# node2 is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-node2-eth1 addrgenmode none
ip -n wan link set dev veth-node2-eth1 master wan up
# outside is plugged into wan; it needs no IPv6 address of its own
ip -n wan link set dev veth-outside addrgenmode none
ip -n wan link set dev veth-outside master wan up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
ip -n node1 link set dev veth-web type bridge_slave hairpin on
# kube-system/coredns is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-kube-kk8bq addrgenmode none
ip -n node2 link set dev veth-kube-kk8bq master cbr0 up
ip -n node2 link set dev veth-kube-kk8bq type bridge_slave hairpin on
# far is plugged into cbr0; it needs no IPv6 address of its own
ip -n node3 link set dev veth-far addrgenmode none
ip -n node3 link set dev veth-far master cbr0 up
ip -n node3 link set dev veth-far type bridge_slave hairpin on

### Load iptables rules
# what comes to default/nowhere from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-SG3I33J2BC5CNLWA
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
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-4AKP57HEVMBBTOJS
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-743RJ5VD4ZLIAMZN
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-BWHGELGX6BITPZVO
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-M5OFBSVD7KIEMN3C
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-NRFUO7XKMWLPJJAE
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-UJXR62JMNBVHAB5E
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-Z6M7ZHWCTBNMPLD7
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-25JJZUZCVZ2VVBKP
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/routed is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-GMQG2W4G2747O2SC
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/local is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-NEXWZWH5PGMW4KIO
# one of the endpoints of default/given is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-SG3I33J2BC5CNLWA
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of default/local on node1 is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVL-NEXWZWH5PGMW4KIO
# what comes to default/web from outside of the cluster
ip netns exec node1 ip6tables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# node1 refuses what comes from outside for a Service that nobody answers for
ip netns exec node1 ip6tables -t filter -N KUBE-EXTERNAL-SERVICES
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 ip6tables -t filter -N KUBE-FIREWALL
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 ip6tables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node1 ip6tables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t nat -N KUBE-KUBELET-CANARY
# node1 marks what has to leave with its own address
ip netns exec node1 ip6tables -t nat -N KUBE-MARK-MASQ
# node1 looks here for the Service behind a port of its own
ip netns exec node1 ip6tables -t filter -N KUBE-NODEPORTS
# node1 looks here for the Service behind a port of its own
ip netns exec node1 ip6tables -t nat -N KUBE-NODEPORTS
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 ip6tables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node1 ip6tables -t nat -N KUBE-PROXY-CANARY
# node1 drops what a load balancer's source ranges do not allow
ip netns exec node1 ip6tables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-2TWWVUJLXM62HDXW
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-FMSZ6U4LXUCZHYN4
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-G2JNNNUGPO6F2YK6
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/nowhere from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/nowhere external destinations' -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node1 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'masquerade LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'route LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -m comment --comment 'masquerade traffic for default/routed external destinations' -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -j KUBE-SVC-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/local external destinations' -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node1 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'masquerade LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'route LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node1 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -j KUBE-SVL-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -m comment --comment 'masquerade traffic for default/given external destinations' -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -j KUBE-SVC-SG3I33J2BC5CNLWA
# node1 refuses what comes from outside for a Service that nobody answers for
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 203.0.113.66/32 -p tcp -m comment --comment 'default/nowhere has no local endpoints' -m tcp --dport 83 -j DROP
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/nowhere has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30089 -j DROP
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/local health check node port' -m tcp --dport 30088 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/nowhere health check node port' -m tcp --dport 30090 -j ACCEPT
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/given -m tcp --dport 30086 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/local -m tcp --dport 30087 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/nowhere -m tcp --dport 30089 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/routed -m tcp --dport 30091 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -s 10.244.0.2/32 -m comment --comment default/given -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -p tcp -m comment --comment default/given -m tcp -j DNAT --to-destination 10.244.0.2:81
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -s 10.244.0.2/32 -m comment --comment default/local -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -p tcp -m comment --comment default/local -m tcp -j DNAT --to-destination 10.244.0.2:82
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.2:53
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -s 10.244.0.2/32 -m comment --comment default/routed -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -p tcp -m comment --comment default/routed -m tcp -j DNAT --to-destination 10.244.0.2:84
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -s 10.244.0.2/32 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -s 10.244.2.2/32 -m comment --comment default/nowhere -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -p tcp -m comment --comment default/nowhere -m tcp -j DNAT --to-destination 10.244.2.2:83
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.2:53
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-SVC-SG3I33J2BC5CNLWA
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 203.0.113.64/32 -p tcp -m comment --comment 'default/given loadbalancer IP' -m tcp --dport 81 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 203.0.113.65/32 -p tcp -m comment --comment 'default/local loadbalancer IP' -m tcp --dport 82 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 203.0.113.66/32 -p tcp -m comment --comment 'default/nowhere loadbalancer IP' -m tcp --dport 83 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-SVC-GMQG2W4G2747O2SC
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 198.51.100.1/32 -p tcp -m comment --comment 'default/routed loadbalancer IP' -m tcp --dport 84 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 203.0.113.67/32 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP '!' -s 10.244.0.0/16 -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP -m comment --comment 'default/nowhere -> 10.244.2.2:83' -j KUBE-SEP-UJXR62JMNBVHAB5E
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.2:53' -j KUBE-SEP-BWHGELGX6BITPZVO
# one of the endpoints of default/routed is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC '!' -s 10.244.0.0/16 -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC -m comment --comment 'default/routed -> 10.244.0.2:84' -j KUBE-SEP-M5OFBSVD7KIEMN3C
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s 10.244.0.0/16 -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:80' -j KUBE-SEP-NRFUO7XKMWLPJJAE
# one of the endpoints of default/local is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO '!' -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO -m comment --comment 'default/local -> 10.244.0.2:82' -j KUBE-SEP-743RJ5VD4ZLIAMZN
# one of the endpoints of default/given is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA -m comment --comment 'default/given -> 10.244.0.2:81' -j KUBE-SEP-4AKP57HEVMBBTOJS
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.2:53' -j KUBE-SEP-Z6M7ZHWCTBNMPLD7
# one of the endpoints of default/local on node1 is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVL-NEXWZWH5PGMW4KIO -m comment --comment 'default/local -> 10.244.0.2:82' -j KUBE-SEP-743RJ5VD4ZLIAMZN
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
# what comes to default/web from outside of the cluster
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 ip6tables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -s fd00:10:244::2/128 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination '[fd00:10:244::2]:80'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d 2001:db8::64/128 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244:1::2]:53' -j KUBE-SEP-G2JNNNUGPO6F2YK6
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s fd00:10:244::/48 -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:80' -j KUBE-SEP-2TWWVUJLXM62HDXW
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244:1::2]:53' -j KUBE-SEP-FMSZ6U4LXUCZHYN4
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 ip6tables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node1 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node1 ip6tables -t filter -A INPUT -j KUBE-FIREWALL
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 ip6tables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node1 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 ip6tables -t filter -A OUTPUT -j KUBE-FIREWALL
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node1 sends packets on to kube-proxy's chains
ip netns exec node1 ip6tables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# what comes to default/nowhere from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-SG3I33J2BC5CNLWA
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
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-4AKP57HEVMBBTOJS
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-743RJ5VD4ZLIAMZN
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-BWHGELGX6BITPZVO
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-M5OFBSVD7KIEMN3C
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-NRFUO7XKMWLPJJAE
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-UJXR62JMNBVHAB5E
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-Z6M7ZHWCTBNMPLD7
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-25JJZUZCVZ2VVBKP
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/routed is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-GMQG2W4G2747O2SC
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/local is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-NEXWZWH5PGMW4KIO
# one of the endpoints of default/given is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-SG3I33J2BC5CNLWA
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/web from outside of the cluster
ip netns exec node2 ip6tables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# node2 refuses what comes from outside for a Service that nobody answers for
ip netns exec node2 ip6tables -t filter -N KUBE-EXTERNAL-SERVICES
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 ip6tables -t filter -N KUBE-FIREWALL
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 ip6tables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node2 ip6tables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t nat -N KUBE-KUBELET-CANARY
# node2 marks what has to leave with its own address
ip netns exec node2 ip6tables -t nat -N KUBE-MARK-MASQ
# node2 looks here for the Service behind a port of its own
ip netns exec node2 ip6tables -t filter -N KUBE-NODEPORTS
# node2 looks here for the Service behind a port of its own
ip netns exec node2 ip6tables -t nat -N KUBE-NODEPORTS
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 ip6tables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node2 ip6tables -t nat -N KUBE-PROXY-CANARY
# node2 drops what a load balancer's source ranges do not allow
ip netns exec node2 ip6tables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-2TWWVUJLXM62HDXW
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-FMSZ6U4LXUCZHYN4
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-G2JNNNUGPO6F2YK6
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/nowhere from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/nowhere external destinations' -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node2 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'masquerade LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'route LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -m comment --comment 'masquerade traffic for default/routed external destinations' -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -j KUBE-SVC-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/local external destinations' -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node2 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'masquerade LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'route LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -m comment --comment 'masquerade traffic for default/given external destinations' -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -j KUBE-SVC-SG3I33J2BC5CNLWA
# node2 refuses what comes from outside for a Service that nobody answers for
ip netns exec node2 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 203.0.113.65/32 -p tcp -m comment --comment 'default/local has no local endpoints' -m tcp --dport 82 -j DROP
ip netns exec node2 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/local has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30087 -j DROP
ip netns exec node2 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 203.0.113.66/32 -p tcp -m comment --comment 'default/nowhere has no local endpoints' -m tcp --dport 83 -j DROP
ip netns exec node2 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/nowhere has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30089 -j DROP
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/local health check node port' -m tcp --dport 30088 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/nowhere health check node port' -m tcp --dport 30090 -j ACCEPT
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/given -m tcp --dport 30086 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/local -m tcp --dport 30087 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/nowhere -m tcp --dport 30089 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/routed -m tcp --dport 30091 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -s 10.244.0.2/32 -m comment --comment default/given -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -p tcp -m comment --comment default/given -m tcp -j DNAT --to-destination 10.244.0.2:81
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -s 10.244.0.2/32 -m comment --comment default/local -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -p tcp -m comment --comment default/local -m tcp -j DNAT --to-destination 10.244.0.2:82
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.2:53
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -s 10.244.0.2/32 -m comment --comment default/routed -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -p tcp -m comment --comment default/routed -m tcp -j DNAT --to-destination 10.244.0.2:84
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -s 10.244.0.2/32 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -s 10.244.2.2/32 -m comment --comment default/nowhere -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -p tcp -m comment --comment default/nowhere -m tcp -j DNAT --to-destination 10.244.2.2:83
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.2:53
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-SVC-SG3I33J2BC5CNLWA
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 203.0.113.64/32 -p tcp -m comment --comment 'default/given loadbalancer IP' -m tcp --dport 81 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 203.0.113.65/32 -p tcp -m comment --comment 'default/local loadbalancer IP' -m tcp --dport 82 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 203.0.113.66/32 -p tcp -m comment --comment 'default/nowhere loadbalancer IP' -m tcp --dport 83 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-SVC-GMQG2W4G2747O2SC
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 198.51.100.1/32 -p tcp -m comment --comment 'default/routed loadbalancer IP' -m tcp --dport 84 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 203.0.113.67/32 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP '!' -s 10.244.0.0/16 -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP -m comment --comment 'default/nowhere -> 10.244.2.2:83' -j KUBE-SEP-UJXR62JMNBVHAB5E
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.2:53' -j KUBE-SEP-BWHGELGX6BITPZVO
# one of the endpoints of default/routed is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC '!' -s 10.244.0.0/16 -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC -m comment --comment 'default/routed -> 10.244.0.2:84' -j KUBE-SEP-M5OFBSVD7KIEMN3C
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s 10.244.0.0/16 -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:80' -j KUBE-SEP-NRFUO7XKMWLPJJAE
# one of the endpoints of default/local is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO '!' -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO -m comment --comment 'default/local -> 10.244.0.2:82' -j KUBE-SEP-743RJ5VD4ZLIAMZN
# one of the endpoints of default/given is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA -m comment --comment 'default/given -> 10.244.0.2:81' -j KUBE-SEP-4AKP57HEVMBBTOJS
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.2:53' -j KUBE-SEP-Z6M7ZHWCTBNMPLD7
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
# what comes to default/web from outside of the cluster
ip netns exec node2 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 ip6tables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -s fd00:10:244::2/128 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination '[fd00:10:244::2]:80'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d 2001:db8::64/128 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244:1::2]:53' -j KUBE-SEP-G2JNNNUGPO6F2YK6
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s fd00:10:244::/48 -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:80' -j KUBE-SEP-2TWWVUJLXM62HDXW
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244:1::2]:53' -j KUBE-SEP-FMSZ6U4LXUCZHYN4
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 ip6tables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node2 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node2 ip6tables -t filter -A INPUT -j KUBE-FIREWALL
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 ip6tables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node2 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node2 ip6tables -t filter -A OUTPUT -j KUBE-FIREWALL
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node2 sends packets on to kube-proxy's chains
ip netns exec node2 ip6tables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# what comes to default/nowhere from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node3 iptables -t nat -N KUBE-EXT-SG3I33J2BC5CNLWA
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
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-4AKP57HEVMBBTOJS
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-743RJ5VD4ZLIAMZN
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-BWHGELGX6BITPZVO
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-M5OFBSVD7KIEMN3C
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-NRFUO7XKMWLPJJAE
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-UJXR62JMNBVHAB5E
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node3 iptables -t nat -N KUBE-SEP-Z6M7ZHWCTBNMPLD7
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t filter -N KUBE-SERVICES
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-25JJZUZCVZ2VVBKP
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/routed is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-GMQG2W4G2747O2SC
# one of the endpoints of default/web is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/local is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-NEXWZWH5PGMW4KIO
# one of the endpoints of default/given is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-SG3I33J2BC5CNLWA
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of default/nowhere on node3 is drawn by lot
ip netns exec node3 iptables -t nat -N KUBE-SVL-25JJZUZCVZ2VVBKP
# what comes to default/web from outside of the cluster
ip netns exec node3 ip6tables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
# node3 refuses what comes from outside for a Service that nobody answers for
ip netns exec node3 ip6tables -t filter -N KUBE-EXTERNAL-SERVICES
# node3 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node3 ip6tables -t filter -N KUBE-FIREWALL
# node3 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node3 ip6tables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec node3 ip6tables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t nat -N KUBE-KUBELET-CANARY
# node3 marks what has to leave with its own address
ip netns exec node3 ip6tables -t nat -N KUBE-MARK-MASQ
# node3 looks here for the Service behind a port of its own
ip netns exec node3 ip6tables -t filter -N KUBE-NODEPORTS
# node3 looks here for the Service behind a port of its own
ip netns exec node3 ip6tables -t nat -N KUBE-NODEPORTS
# node3 puts its own address in place of the sender's on what bears the mark
ip netns exec node3 ip6tables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec node3 ip6tables -t nat -N KUBE-PROXY-CANARY
# node3 drops what a load balancer's source ranges do not allow
ip netns exec node3 ip6tables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -N KUBE-SEP-2TWWVUJLXM62HDXW
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -N KUBE-SEP-FMSZ6U4LXUCZHYN4
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -N KUBE-SEP-G2JNNNUGPO6F2YK6
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 ip6tables -t filter -N KUBE-SERVICES
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node3 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/web is drawn by lot
ip netns exec node3 ip6tables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node3 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/nowhere from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/nowhere external destinations' -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node3 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'masquerade LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -m comment --comment 'route LOCAL traffic for default/nowhere external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node3 iptables -t nat -A KUBE-EXT-25JJZUZCVZ2VVBKP -j KUBE-SVL-25JJZUZCVZ2VVBKP
# what comes to default/routed from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -m comment --comment 'masquerade traffic for default/routed external destinations' -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-GMQG2W4G2747O2SC -j KUBE-SVC-GMQG2W4G2747O2SC
# what comes to default/web from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# what comes to default/local from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/local external destinations' -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node3 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'masquerade LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-NEXWZWH5PGMW4KIO -m comment --comment 'route LOCAL traffic for default/local external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-NEXWZWH5PGMW4KIO
# what comes to default/given from outside of the cluster
ip netns exec node3 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -m comment --comment 'masquerade traffic for default/given external destinations' -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-EXT-SG3I33J2BC5CNLWA -j KUBE-SVC-SG3I33J2BC5CNLWA
# node3 refuses what comes from outside for a Service that nobody answers for
ip netns exec node3 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 203.0.113.65/32 -p tcp -m comment --comment 'default/local has no local endpoints' -m tcp --dport 82 -j DROP
ip netns exec node3 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/local has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30087 -j DROP
# node3 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node3 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node3 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node3 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node3 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node3 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node3 marks what has to leave with its own address
ip netns exec node3 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node3 looks here for the Service behind a port of its own
ip netns exec node3 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/local health check node port' -m tcp --dport 30088 -j ACCEPT
ip netns exec node3 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'default/nowhere health check node port' -m tcp --dport 30090 -j ACCEPT
# node3 looks here for the Service behind a port of its own
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/given -m tcp --dport 30086 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/local -m tcp --dport 30087 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/nowhere -m tcp --dport 30089 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/routed -m tcp --dport 30091 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node3 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node3 puts its own address in place of the sender's on what bears the mark
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node3 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/given: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -s 10.244.0.2/32 -m comment --comment default/given -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-4AKP57HEVMBBTOJS -p tcp -m comment --comment default/given -m tcp -j DNAT --to-destination 10.244.0.2:81
# one endpoint of default/local: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -s 10.244.0.2/32 -m comment --comment default/local -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-743RJ5VD4ZLIAMZN -p tcp -m comment --comment default/local -m tcp -j DNAT --to-destination 10.244.0.2:82
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-BWHGELGX6BITPZVO -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.2:53
# one endpoint of default/routed: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -s 10.244.0.2/32 -m comment --comment default/routed -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-M5OFBSVD7KIEMN3C -p tcp -m comment --comment default/routed -m tcp -j DNAT --to-destination 10.244.0.2:84
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -s 10.244.0.2/32 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-NRFUO7XKMWLPJJAE -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.2:80
# one endpoint of default/nowhere: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -s 10.244.2.2/32 -m comment --comment default/nowhere -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-UJXR62JMNBVHAB5E -p tcp -m comment --comment default/nowhere -m tcp -j DNAT --to-destination 10.244.2.2:83
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node3 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -s 10.244.1.2/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SEP-Z6M7ZHWCTBNMPLD7 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.2:53
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-SVC-SG3I33J2BC5CNLWA
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 203.0.113.64/32 -p tcp -m comment --comment 'default/given loadbalancer IP' -m tcp --dport 81 -j KUBE-EXT-SG3I33J2BC5CNLWA
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-SVC-NEXWZWH5PGMW4KIO
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 203.0.113.65/32 -p tcp -m comment --comment 'default/local loadbalancer IP' -m tcp --dport 82 -j KUBE-EXT-NEXWZWH5PGMW4KIO
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-SVC-25JJZUZCVZ2VVBKP
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 203.0.113.66/32 -p tcp -m comment --comment 'default/nowhere loadbalancer IP' -m tcp --dport 83 -j KUBE-EXT-25JJZUZCVZ2VVBKP
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-SVC-GMQG2W4G2747O2SC
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 198.51.100.1/32 -p tcp -m comment --comment 'default/routed loadbalancer IP' -m tcp --dport 84 -j KUBE-EXT-GMQG2W4G2747O2SC
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 203.0.113.67/32 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node3 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/nowhere is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP '!' -s 10.244.0.0/16 -d 10.96.1.3/32 -p tcp -m comment --comment 'default/nowhere cluster IP' -m tcp --dport 83 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-25JJZUZCVZ2VVBKP -m comment --comment 'default/nowhere -> 10.244.2.2:83' -j KUBE-SEP-UJXR62JMNBVHAB5E
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.2:53' -j KUBE-SEP-BWHGELGX6BITPZVO
# one of the endpoints of default/routed is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC '!' -s 10.244.0.0/16 -d 10.96.1.4/32 -p tcp -m comment --comment 'default/routed cluster IP' -m tcp --dport 84 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-GMQG2W4G2747O2SC -m comment --comment 'default/routed -> 10.244.0.2:84' -j KUBE-SEP-M5OFBSVD7KIEMN3C
# one of the endpoints of default/web is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s 10.244.0.0/16 -d 10.96.1.5/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:80' -j KUBE-SEP-NRFUO7XKMWLPJJAE
# one of the endpoints of default/local is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO '!' -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment 'default/local cluster IP' -m tcp --dport 82 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-NEXWZWH5PGMW4KIO -m comment --comment 'default/local -> 10.244.0.2:82' -j KUBE-SEP-743RJ5VD4ZLIAMZN
# one of the endpoints of default/given is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/given cluster IP' -m tcp --dport 81 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-SG3I33J2BC5CNLWA -m comment --comment 'default/given -> 10.244.0.2:81' -j KUBE-SEP-4AKP57HEVMBBTOJS
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node3 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.2:53' -j KUBE-SEP-Z6M7ZHWCTBNMPLD7
# one of the endpoints of default/nowhere on node3 is drawn by lot
ip netns exec node3 iptables -t nat -A KUBE-SVL-25JJZUZCVZ2VVBKP -m comment --comment 'default/nowhere -> 10.244.2.2:83' -j KUBE-SEP-UJXR62JMNBVHAB5E
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
# what comes to default/web from outside of the cluster
ip netns exec node3 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade traffic for default/web external destinations' -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
# node3 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node3 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node3 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node3 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node3 marks what has to leave with its own address
ip netns exec node3 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node3 looks here for the Service behind a port of its own
ip netns exec node3 ip6tables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30092 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node3 puts its own address in place of the sender's on what bears the mark
ip netns exec node3 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node3 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node3 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -s fd00:10:244::2/128 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-2TWWVUJLXM62HDXW -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination '[fd00:10:244::2]:80'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-FMSZ6U4LXUCZHYN4 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -s fd00:10:244:1::2/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SEP-G2JNNNUGPO6F2YK6 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244:1::2]:53'
# node3 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node3 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node3 ip6tables -t nat -A KUBE-SERVICES -d 2001:db8::64/128 -p tcp -m comment --comment 'default/web loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-LOLE4ISW44XBNF3G
ip netns exec node3 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node3 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node3 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244:1::2]:53' -j KUBE-SEP-G2JNNNUGPO6F2YK6
# one of the endpoints of default/web is drawn by lot
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G '!' -s fd00:10:244::/48 -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:80' -j KUBE-SEP-2TWWVUJLXM62HDXW
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node3 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244:1::2]:53' -j KUBE-SEP-FMSZ6U4LXUCZHYN4
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 ip6tables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec node3 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec node3 ip6tables -t filter -A INPUT -j KUBE-FIREWALL
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 ip6tables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec node3 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node3 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec node3 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node3 ip6tables -t filter -A OUTPUT -j KUBE-FIREWALL
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# node3 sends packets on to kube-proxy's chains
ip netns exec node3 ip6tables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING

### Write the files of pods
# the containers of kube-system/coredns see this as /etc/hostname
printf %s 'coredns
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/hostname
# the containers of kube-system/coredns see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.2	coredns
fd00:10:244:1::2	coredns
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/hosts
# the containers of kube-system/coredns see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/resolv.conf
# kube-system/coredns answers the names of the cluster from this zone
printf %s '; the zone of cluster.local, as netlab has written it; it is written anew when an endpoint comes or goes
$TTL 30
cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30
in-addr.arpa. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30
ip6.arpa. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30
cluster.local. 30 IN NS ns.dns.cluster.local.
ns.dns.cluster.local. 30 IN A 10.96.0.10
ns.dns.cluster.local. 30 IN AAAA fd00:10:96::a
$NAME default.svc.cluster.local.
$PODS default.pod.cluster.local.
$NAME kube-node-lease.svc.cluster.local.
$PODS kube-node-lease.pod.cluster.local.
$NAME kube-public.svc.cluster.local.
$PODS kube-public.pod.cluster.local.
$NAME kube-system.svc.cluster.local.
$PODS kube-system.pod.cluster.local.
dns-version.cluster.local. 30 IN TXT "1.1.0"
given.default.svc.cluster.local. 30 IN A 10.96.1.1
given.default.svc.cluster.local. 30 IN SRV 0 100 81 given.default.svc.cluster.local.
1.1.96.10.in-addr.arpa. 30 IN PTR given.default.svc.cluster.local.
local.default.svc.cluster.local. 30 IN A 10.96.1.2
local.default.svc.cluster.local. 30 IN SRV 0 100 82 local.default.svc.cluster.local.
2.1.96.10.in-addr.arpa. 30 IN PTR local.default.svc.cluster.local.
nowhere.default.svc.cluster.local. 30 IN A 10.96.1.3
nowhere.default.svc.cluster.local. 30 IN SRV 0 100 83 nowhere.default.svc.cluster.local.
3.1.96.10.in-addr.arpa. 30 IN PTR nowhere.default.svc.cluster.local.
routed.default.svc.cluster.local. 30 IN A 10.96.1.4
routed.default.svc.cluster.local. 30 IN SRV 0 100 84 routed.default.svc.cluster.local.
4.1.96.10.in-addr.arpa. 30 IN PTR routed.default.svc.cluster.local.
web.default.svc.cluster.local. 30 IN A 10.96.1.5
web.default.svc.cluster.local. 30 IN AAAA fd00:10:96::101
web.default.svc.cluster.local. 30 IN SRV 0 100 80 web.default.svc.cluster.local.
5.1.96.10.in-addr.arpa. 30 IN PTR web.default.svc.cluster.local.
1.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR web.default.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN A 10.96.0.10
kube-dns.kube-system.svc.cluster.local. 30 IN AAAA fd00:10:96::a
_dns._udp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
_dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 50 53 kube-dns.kube-system.svc.cluster.local.
10.0.96.10.in-addr.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/run/dns/zone

### Start pause processes
# kube-system/coredns has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec kube-system_coredns unshare --uts --ipc --mount sh -ec 'hostname coredns
mount --bind /run/netlab/pods/kube-system_coredns/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/kube-system_coredns/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/kube-system_coredns/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/kube-system_coredns/ns
mkdir -p /run/netlab/pods/kube-system_coredns/new-run
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run/netlab/pods/kube-system_coredns/new-run
install -D /dev/null /run/netlab/pods/kube-system_coredns/new-run/dns/zone
mount --bind /run/netlab/pods/kube-system_coredns/run/dns/zone /run/netlab/pods/kube-system_coredns/new-run/dns/zone
mount --rbind /run/netlab/pods/kube-system_coredns/new-run /run'

### Start containers
# coredns shares the network of pod kube-system/coredns
nsenter --net=/run/netlab/pods/kube-system_coredns/ns/net --uts=/run/netlab/pods/kube-system_coredns/ns/uts --ipc=/run/netlab/pods/kube-system_coredns/ns/ipc --mount=/run/netlab/pods/kube-system_coredns/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=coredns netlab-dns /run/dns/zone 8181 &
