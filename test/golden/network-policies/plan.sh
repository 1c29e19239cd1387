#!/bin/sh -e
# netlab plan of lab lab: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod client has its own network, shared by its containers
ip netns add client
# pod monitoring/prometheus has its own network, shared by its containers
ip netns add monitoring_prometheus
# pod shop/back-0 has its own network, shared by its containers
ip netns add shop_back-0
# pod shop/back-1 has its own network, shared by its containers
ip netns add shop_back-1
# pod shop/db has its own network, shared by its containers
ip netns add shop_db
# pod shop/front has its own network, shared by its containers
ip netns add shop_front
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

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in client, its other end beside cbr0
ip -n node1 link add name veth-client type veth peer name eth0 netns client
# a cable: eth0 in shop/back-1, its other end beside cbr0
ip -n node1 link add name veth-shop-g8njq type veth peer name eth0 netns shop_back-1
# a cable: eth0 in shop/front, its other end beside cbr0
ip -n node1 link add name veth-shop_front type veth peer name eth0 netns shop_front
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in monitoring/prometheus, its other end beside cbr0
ip -n node2 link add name veth-moni-phsm5 type veth peer name eth0 netns monitoring_prometheus
# a cable: eth0 in shop/back-0, its other end beside cbr0
ip -n node2 link add name veth-shop-arvg9 type veth peer name eth0 netns shop_back-0
# a cable: eth0 in shop/db, its other end beside cbr0
ip -n node2 link add name veth-shop_db type veth peer name eth0 netns shop_db
# a cable: eth0 in kube-system/coredns, its other end beside cbr0
ip -n node2 link add name veth-kube-kk8bq type veth peer name eth0 netns kube-system_coredns

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
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add 10.96.0.0/12 dev eth0
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add fd00:10:96::/112 dev eth0
# a new namespace has its loopback interface switched off
ip -n client link set dev lo up
# client switches eth0 on
ip -n client link set dev eth0 up
# client has the address 10.244.0.2
ip -n client addr add 10.244.0.2/24 dev eth0
# client has the address fd00:10:244::2
ip -n client addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet client sends to cbr0 of node1 (10.244.0.1)
ip -n client route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet client sends to cbr0 of node1 (fd00:10:244::1)
ip -n client route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n monitoring_prometheus link set dev lo up
# monitoring/prometheus switches eth0 on
ip -n monitoring_prometheus link set dev eth0 up
# monitoring/prometheus has the address 10.244.1.2
ip -n monitoring_prometheus addr add 10.244.1.2/24 dev eth0
# monitoring/prometheus has the address fd00:10:244:1::2
ip -n monitoring_prometheus addr add fd00:10:244:1::2/64 dev eth0 nodad
# whatever is not on its own subnet monitoring/prometheus sends to cbr0 of node2 (10.244.1.1)
ip -n monitoring_prometheus route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet monitoring/prometheus sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n monitoring_prometheus route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n shop_back-0 link set dev lo up
# shop/back-0 switches eth0 on
ip -n shop_back-0 link set dev eth0 up
# shop/back-0 has the address 10.244.1.3
ip -n shop_back-0 addr add 10.244.1.3/24 dev eth0
# shop/back-0 has the address fd00:10:244:1::3
ip -n shop_back-0 addr add fd00:10:244:1::3/64 dev eth0 nodad
# whatever is not on its own subnet shop/back-0 sends to cbr0 of node2 (10.244.1.1)
ip -n shop_back-0 route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet shop/back-0 sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n shop_back-0 route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n shop_back-1 link set dev lo up
# shop/back-1 switches eth0 on
ip -n shop_back-1 link set dev eth0 up
# shop/back-1 has the address 10.244.0.3
ip -n shop_back-1 addr add 10.244.0.3/24 dev eth0
# shop/back-1 has the address fd00:10:244::3
ip -n shop_back-1 addr add fd00:10:244::3/64 dev eth0 nodad
# whatever is not on its own subnet shop/back-1 sends to cbr0 of node1 (10.244.0.1)
ip -n shop_back-1 route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet shop/back-1 sends to cbr0 of node1 (fd00:10:244::1)
ip -n shop_back-1 route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n shop_db link set dev lo up
# shop/db switches eth0 on
ip -n shop_db link set dev eth0 up
# shop/db has the address 10.244.1.4
ip -n shop_db addr add 10.244.1.4/24 dev eth0
# shop/db has the address fd00:10:244:1::4
ip -n shop_db addr add fd00:10:244:1::4/64 dev eth0 nodad
# whatever is not on its own subnet shop/db sends to cbr0 of node2 (10.244.1.1)
ip -n shop_db route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet shop/db sends to cbr0 of node2 (fd00:10:244:1::1)
ip -n shop_db route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n shop_front link set dev lo up
# shop/front switches eth0 on
ip -n shop_front link set dev eth0 up
# shop/front has the address 10.244.0.4
ip -n shop_front addr add 10.244.0.4/24 dev eth0
# shop/front has the address fd00:10:244::4
ip -n shop_front addr add fd00:10:244::4/64 dev eth0 nodad
# whatever is not on its own subnet shop/front sends to cbr0 of node1 (10.244.0.1)
ip -n shop_front route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet shop/front sends to cbr0 of node1 (fd00:10:244::1)
ip -n shop_front route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n kube-system_coredns link set dev lo up
# kube-system/coredns switches eth0 on
ip -n kube-system_coredns link set dev eth0 up
# kube-system/coredns has the address 10.244.1.5
ip -n kube-system_coredns addr add 10.244.1.5/24 dev eth0
# kube-system/coredns has the address fd00:10:244:1::5
ip -n kube-system_coredns addr add fd00:10:244:1::5/64 dev eth0 nodad
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
# client is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-client addrgenmode none
ip -n node1 link set dev veth-client master cbr0 up
ip -n node1 link set dev veth-client type bridge_slave hairpin on
# shop/back-1 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-shop-g8njq addrgenmode none
ip -n node1 link set dev veth-shop-g8njq master cbr0 up
ip -n node1 link set dev veth-shop-g8njq type bridge_slave hairpin on
# shop/front is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-shop_front addrgenmode none
ip -n node1 link set dev veth-shop_front master cbr0 up
ip -n node1 link set dev veth-shop_front type bridge_slave hairpin on
# monitoring/prometheus is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-moni-phsm5 addrgenmode none
ip -n node2 link set dev veth-moni-phsm5 master cbr0 up
ip -n node2 link set dev veth-moni-phsm5 type bridge_slave hairpin on
# shop/back-0 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-shop-arvg9 addrgenmode none
ip -n node2 link set dev veth-shop-arvg9 master cbr0 up
ip -n node2 link set dev veth-shop-arvg9 type bridge_slave hairpin on
# shop/db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-shop_db addrgenmode none
ip -n node2 link set dev veth-shop_db master cbr0 up
ip -n node2 link set dev veth-shop_db type bridge_slave hairpin on
# kube-system/coredns is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-kube-kk8bq addrgenmode none
ip -n node2 link set dev veth-kube-kk8bq master cbr0 up
ip -n node2 link set dev veth-kube-kk8bq type bridge_slave hairpin on

### Load iptables rules
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
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-CEYPGFB7VCORONY3
# one endpoint of shop/front: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-FDB2IL3QMOU4276V
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-L5UB4QESNOI3ACO5
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of shop/front is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-HMEZTNV3KF7ANPF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
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
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-VSYQN7EOGNBHW7CA
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-YP3J2UBVX23SWSAB
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-CEYPGFB7VCORONY3 -s 10.244.1.5/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-CEYPGFB7VCORONY3 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.5:53
# one endpoint of shop/front: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-FDB2IL3QMOU4276V -s 10.244.0.4/32 -m comment --comment shop/front -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-FDB2IL3QMOU4276V -p tcp -m comment --comment shop/front -m tcp -j DNAT --to-destination 10.244.0.4:8080
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-L5UB4QESNOI3ACO5 -s 10.244.1.5/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-L5UB4QESNOI3ACO5 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.5:53
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'shop/front cluster IP' -m tcp --dport 80 -j KUBE-SVC-HMEZTNV3KF7ANPF4
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.5:53' -j KUBE-SEP-L5UB4QESNOI3ACO5
# one of the endpoints of shop/front is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-HMEZTNV3KF7ANPF4 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'shop/front cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-HMEZTNV3KF7ANPF4 -m comment --comment 'shop/front -> 10.244.0.4:8080' -j KUBE-SEP-FDB2IL3QMOU4276V
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.5:53' -j KUBE-SEP-CEYPGFB7VCORONY3
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
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-VSYQN7EOGNBHW7CA -s fd00:10:244:1::5/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-VSYQN7EOGNBHW7CA -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244:1::5]:53'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-YP3J2UBVX23SWSAB -s fd00:10:244:1::5/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-YP3J2UBVX23SWSAB -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244:1::5]:53'
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244:1::5]:53' -j KUBE-SEP-VSYQN7EOGNBHW7CA
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244:1::5]:53' -j KUBE-SEP-YP3J2UBVX23SWSAB
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
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-CEYPGFB7VCORONY3
# one endpoint of shop/front: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-FDB2IL3QMOU4276V
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-L5UB4QESNOI3ACO5
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of shop/front is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-HMEZTNV3KF7ANPF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
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
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-VSYQN7EOGNBHW7CA
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-YP3J2UBVX23SWSAB
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-CEYPGFB7VCORONY3 -s 10.244.1.5/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-CEYPGFB7VCORONY3 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.5:53
# one endpoint of shop/front: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-FDB2IL3QMOU4276V -s 10.244.0.4/32 -m comment --comment shop/front -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-FDB2IL3QMOU4276V -p tcp -m comment --comment shop/front -m tcp -j DNAT --to-destination 10.244.0.4:8080
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-L5UB4QESNOI3ACO5 -s 10.244.1.5/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-L5UB4QESNOI3ACO5 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.5:53
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'shop/front cluster IP' -m tcp --dport 80 -j KUBE-SVC-HMEZTNV3KF7ANPF4
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.5:53' -j KUBE-SEP-L5UB4QESNOI3ACO5
# one of the endpoints of shop/front is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-HMEZTNV3KF7ANPF4 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'shop/front cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-HMEZTNV3KF7ANPF4 -m comment --comment 'shop/front -> 10.244.0.4:8080' -j KUBE-SEP-FDB2IL3QMOU4276V
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.5:53' -j KUBE-SEP-CEYPGFB7VCORONY3
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
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-VSYQN7EOGNBHW7CA -s fd00:10:244:1::5/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-VSYQN7EOGNBHW7CA -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244:1::5]:53'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-YP3J2UBVX23SWSAB -s fd00:10:244:1::5/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-YP3J2UBVX23SWSAB -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244:1::5]:53'
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244:1::5]:53' -j KUBE-SEP-VSYQN7EOGNBHW7CA
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244:1::5]:53' -j KUBE-SEP-YP3J2UBVX23SWSAB
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

### Write the files of pods
# the containers of shop/back-0 see this as /etc/hostname
printf %s 'back-0
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-0/etc/hostname
# the containers of shop/back-0 see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.3	back-0
fd00:10:244:1::3	back-0
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-0/etc/hosts
# the containers of shop/back-0 see this as /etc/resolv.conf
printf %s 'search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-0/etc/resolv.conf
# the containers of shop/back-1 see this as /etc/hostname
printf %s 'back-1
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-1/etc/hostname
# the containers of shop/back-1 see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.3	back-1
fd00:10:244::3	back-1
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-1/etc/hosts
# the containers of shop/back-1 see this as /etc/resolv.conf
printf %s 'search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_back-1/etc/resolv.conf
# the containers of shop/front see this as /etc/hostname
printf %s 'front
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_front/etc/hostname
# the containers of shop/front see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.4	front
fd00:10:244::4	front
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_front/etc/hosts
# the containers of shop/front see this as /etc/resolv.conf
printf %s 'search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/shop_front/etc/resolv.conf
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
10.244.1.5	coredns
fd00:10:244:1::5	coredns
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
$NAME monitoring.svc.cluster.local.
$PODS monitoring.pod.cluster.local.
$NAME shop.svc.cluster.local.
$PODS shop.pod.cluster.local.
dns-version.cluster.local. 30 IN TXT "1.1.0"
front.shop.svc.cluster.local. 30 IN A 10.96.1.1
front.shop.svc.cluster.local. 30 IN SRV 0 100 80 front.shop.svc.cluster.local.
1.1.96.10.in-addr.arpa. 30 IN PTR front.shop.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN A 10.96.0.10
kube-dns.kube-system.svc.cluster.local. 30 IN AAAA fd00:10:96::a
_dns._udp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
_dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 50 53 kube-dns.kube-system.svc.cluster.local.
10.0.96.10.in-addr.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/run/dns/zone

### Start pause processes
# shop/back-0 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec shop_back-0 unshare --uts --ipc --mount sh -ec 'hostname back-0
mount --bind /run/netlab/pods/shop_back-0/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/shop_back-0/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/shop_back-0/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/shop_back-0/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# shop/back-1 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec shop_back-1 unshare --uts --ipc --mount sh -ec 'hostname back-1
mount --bind /run/netlab/pods/shop_back-1/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/shop_back-1/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/shop_back-1/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/shop_back-1/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# shop/front has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec shop_front unshare --uts --ipc --mount sh -ec 'hostname front
mount --bind /run/netlab/pods/shop_front/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/shop_front/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/shop_front/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/shop_front/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
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
# back shares the network of pod shop/back-0
nsenter --net=/run/netlab/pods/shop_back-0/ns/net --uts=/run/netlab/pods/shop_back-0/ns/uts --ipc=/run/netlab/pods/shop_back-0/ns/ipc --mount=/run/netlab/pods/shop_back-0/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=back-0 busybox httpd -f -p 9090 &
# back shares the network of pod shop/back-1
nsenter --net=/run/netlab/pods/shop_back-1/ns/net --uts=/run/netlab/pods/shop_back-1/ns/uts --ipc=/run/netlab/pods/shop_back-1/ns/ipc --mount=/run/netlab/pods/shop_back-1/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=back-1 busybox httpd -f -p 9090 &
# front shares the network of pod shop/front
nsenter --net=/run/netlab/pods/shop_front/ns/net --uts=/run/netlab/pods/shop_front/ns/uts --ipc=/run/netlab/pods/shop_front/ns/ipc --mount=/run/netlab/pods/shop_front/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=front busybox httpd -f -p 8080 &
# coredns shares the network of pod kube-system/coredns
nsenter --net=/run/netlab/pods/kube-system_coredns/ns/net --uts=/run/netlab/pods/kube-system_coredns/ns/uts --ipc=/run/netlab/pods/kube-system_coredns/ns/ipc --mount=/run/netlab/pods/kube-system_coredns/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=coredns netlab-dns /run/dns/zone 8181 &
