#!/bin/sh -e
# netlab plan of lab lab: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node internet is a machine of its own: it has its own links, routes and rules
ip netns add internet
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod alone has its own network, shared by its containers
ip netns add alone
# pod as-its-node has its own network, shared by its containers
ip netns add as-its-node
# pod db-0 has its own network, shared by its containers
ip netns add db-0
# pod db-1 has its own network, shared by its containers
ip netns add db-1
# pod team-a/web has its own network, shared by its containers
ip netns add team-a_web
# pod kube-system/coredns has its own network, shared by its containers
ip netns add kube-system_coredns

### Set kernel settings
# internet passes packets on between its interfaces, as a router does
ip netns exec internet sysctl -q -w net.ipv4.ip_forward=1
# internet passes packets on between its interfaces, as a router does
ip netns exec internet sysctl -q -w net.ipv6.conf.all.forwarding=1
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

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in internet, its other end beside lan
ip -n lan link add name veth-internet type veth peer name eth0 netns internet
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in alone, its other end beside cbr0
ip -n node1 link add name veth-alone type veth peer name eth0 netns alone
# a cable: eth0 in as-its-node, its other end beside cbr0
ip -n node1 link add name veth-as-i-67xfc type veth peer name eth0 netns as-its-node
# a cable: eth0 in db-0, its other end beside cbr0
ip -n node1 link add name veth-db-0 type veth peer name eth0 netns db-0
# a cable: eth0 in db-1, its other end beside cbr0
ip -n node1 link add name veth-db-1 type veth peer name eth0 netns db-1
# a cable: eth0 in team-a/web, its other end beside cbr0
ip -n node1 link add name veth-team-a_web type veth peer name eth0 netns team-a_web
# a cable: eth0 in kube-system/coredns, its other end beside cbr0
ip -n node1 link add name veth-kube-kk8bq type veth peer name eth0 netns kube-system_coredns

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# a new namespace has its loopback interface switched off
ip -n internet link set dev lo up
# internet switches eth0 on
ip -n internet link set dev eth0 up
# internet has the address 172.18.0.2
ip -n internet addr add 172.18.0.2/16 dev eth0
# internet has the address fd00:172:18::2
ip -n internet addr add fd00:172:18::2/64 dev eth0 nodad
# internet reaches everything else through node1 (172.18.0.3)
ip -n internet route add default via 172.18.0.3 dev eth0
# internet reaches everything else through node1 (fd00:172:18::3)
ip -n internet route add default via fd00:172:18::3 dev eth0
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
# node1 has the address 172.18.0.3
ip -n node1 addr add 172.18.0.3/16 dev eth0
# node1 has the address fd00:172:18::3
ip -n node1 addr add fd00:172:18::3/64 dev eth0 nodad
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add 10.96.0.0/12 dev eth0
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add fd00:10:96::/112 dev eth0
# a new namespace has its loopback interface switched off
ip -n alone link set dev lo up
# alone switches eth0 on
ip -n alone link set dev eth0 up
# alone has the address 10.244.0.2
ip -n alone addr add 10.244.0.2/24 dev eth0
# alone has the address fd00:10:244::2
ip -n alone addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet alone sends to cbr0 of node1 (10.244.0.1)
ip -n alone route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet alone sends to cbr0 of node1 (fd00:10:244::1)
ip -n alone route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n as-its-node link set dev lo up
# as-its-node switches eth0 on
ip -n as-its-node link set dev eth0 up
# as-its-node has the address 10.244.0.3
ip -n as-its-node addr add 10.244.0.3/24 dev eth0
# as-its-node has the address fd00:10:244::3
ip -n as-its-node addr add fd00:10:244::3/64 dev eth0 nodad
# whatever is not on its own subnet as-its-node sends to cbr0 of node1 (10.244.0.1)
ip -n as-its-node route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet as-its-node sends to cbr0 of node1 (fd00:10:244::1)
ip -n as-its-node route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n db-0 link set dev lo up
# db-0 switches eth0 on
ip -n db-0 link set dev eth0 up
# db-0 has the address 10.244.0.4
ip -n db-0 addr add 10.244.0.4/24 dev eth0
# db-0 has the address fd00:10:244::4
ip -n db-0 addr add fd00:10:244::4/64 dev eth0 nodad
# whatever is not on its own subnet db-0 sends to cbr0 of node1 (10.244.0.1)
ip -n db-0 route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet db-0 sends to cbr0 of node1 (fd00:10:244::1)
ip -n db-0 route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n db-1 link set dev lo up
# db-1 switches eth0 on
ip -n db-1 link set dev eth0 up
# db-1 has the address 10.244.0.5
ip -n db-1 addr add 10.244.0.5/24 dev eth0
# db-1 has the address fd00:10:244::5
ip -n db-1 addr add fd00:10:244::5/64 dev eth0 nodad
# whatever is not on its own subnet db-1 sends to cbr0 of node1 (10.244.0.1)
ip -n db-1 route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet db-1 sends to cbr0 of node1 (fd00:10:244::1)
ip -n db-1 route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n team-a_web link set dev lo up
# team-a/web switches eth0 on
ip -n team-a_web link set dev eth0 up
# team-a/web has the address 10.244.0.6
ip -n team-a_web addr add 10.244.0.6/24 dev eth0
# team-a/web has the address fd00:10:244::6
ip -n team-a_web addr add fd00:10:244::6/64 dev eth0 nodad
# whatever is not on its own subnet team-a/web sends to cbr0 of node1 (10.244.0.1)
ip -n team-a_web route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet team-a/web sends to cbr0 of node1 (fd00:10:244::1)
ip -n team-a_web route add default via fd00:10:244::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n kube-system_coredns link set dev lo up
# kube-system/coredns switches eth0 on
ip -n kube-system_coredns link set dev eth0 up
# kube-system/coredns has the address 10.244.0.7
ip -n kube-system_coredns addr add 10.244.0.7/24 dev eth0
# kube-system/coredns has the address fd00:10:244::7
ip -n kube-system_coredns addr add fd00:10:244::7/64 dev eth0 nodad
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of node1 (10.244.0.1)
ip -n kube-system_coredns route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of node1 (fd00:10:244::1)
ip -n kube-system_coredns route add default via fd00:10:244::1 dev eth0

### Plug veth ends into bridges
# internet is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-internet addrgenmode none
ip -n lan link set dev veth-internet master lan up
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# alone is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-alone addrgenmode none
ip -n node1 link set dev veth-alone master cbr0 up
ip -n node1 link set dev veth-alone type bridge_slave hairpin on
# as-its-node is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-as-i-67xfc addrgenmode none
ip -n node1 link set dev veth-as-i-67xfc master cbr0 up
ip -n node1 link set dev veth-as-i-67xfc type bridge_slave hairpin on
# db-0 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-db-0 addrgenmode none
ip -n node1 link set dev veth-db-0 master cbr0 up
ip -n node1 link set dev veth-db-0 type bridge_slave hairpin on
# db-1 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-db-1 addrgenmode none
ip -n node1 link set dev veth-db-1 master cbr0 up
ip -n node1 link set dev veth-db-1 type bridge_slave hairpin on
# team-a/web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-team-a_web addrgenmode none
ip -n node1 link set dev veth-team-a_web master cbr0 up
ip -n node1 link set dev veth-team-a_web type bridge_slave hairpin on
# kube-system/coredns is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-kube-kk8bq addrgenmode none
ip -n node1 link set dev veth-kube-kk8bq master cbr0 up
ip -n node1 link set dev veth-kube-kk8bq type bridge_slave hairpin on

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
ip netns exec node1 iptables -t nat -N KUBE-SEP-232DQYSHL5HNRYWJ
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-A4UL7OUXQPUR7Y7Q
# one endpoint of default/front:sql: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-MECXPXTKW7J6CGK6
# one endpoint of default/front:sql: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-WUVWIMOCRC7KXJPM
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of default/front:sql is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-FKIAKOBEQ2VHIVNM
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
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-AYL2ZCOFA2JDVV34
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-NULIXQN6C2YNITY5
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
ip netns exec node1 iptables -t nat -A KUBE-SEP-232DQYSHL5HNRYWJ -s 10.244.0.7/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-232DQYSHL5HNRYWJ -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.0.7:53
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-A4UL7OUXQPUR7Y7Q -s 10.244.0.7/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-A4UL7OUXQPUR7Y7Q -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.0.7:53
# one endpoint of default/front:sql: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-MECXPXTKW7J6CGK6 -s 10.244.0.4/32 -m comment --comment default/front:sql -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-MECXPXTKW7J6CGK6 -p tcp -m comment --comment default/front:sql -m tcp -j DNAT --to-destination 10.244.0.4:5432
# one endpoint of default/front:sql: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-WUVWIMOCRC7KXJPM -s 10.244.0.5/32 -m comment --comment default/front:sql -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-WUVWIMOCRC7KXJPM -p tcp -m comment --comment default/front:sql -m tcp -j DNAT --to-destination 10.244.0.5:5432
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/front:sql cluster IP' -m tcp --dport 5432 -j KUBE-SVC-FKIAKOBEQ2VHIVNM
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.0.7:53' -j KUBE-SEP-A4UL7OUXQPUR7Y7Q
# one of the endpoints of default/front:sql is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-FKIAKOBEQ2VHIVNM '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/front:sql cluster IP' -m tcp --dport 5432 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-FKIAKOBEQ2VHIVNM -m comment --comment 'default/front:sql -> 10.244.0.4:5432' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-MECXPXTKW7J6CGK6
ip netns exec node1 iptables -t nat -A KUBE-SVC-FKIAKOBEQ2VHIVNM -m comment --comment 'default/front:sql -> 10.244.0.5:5432' -j KUBE-SEP-WUVWIMOCRC7KXJPM
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.0.7:53' -j KUBE-SEP-232DQYSHL5HNRYWJ
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
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-AYL2ZCOFA2JDVV34 -s fd00:10:244::7/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-AYL2ZCOFA2JDVV34 -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244::7]:53'
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-NULIXQN6C2YNITY5 -s fd00:10:244::7/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-NULIXQN6C2YNITY5 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244::7]:53'
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244::7]:53' -j KUBE-SEP-AYL2ZCOFA2JDVV34
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244::7]:53' -j KUBE-SEP-NULIXQN6C2YNITY5
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

### Write the files of pods
# the containers of alone see this as /etc/hostname
printf %s 'alone
' | install -Dm 644 /dev/stdin /run/netlab/pods/alone/etc/hostname
# the containers of alone see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.2	alone
fd00:10:244::2	alone
' | install -Dm 644 /dev/stdin /run/netlab/pods/alone/etc/hosts
# the containers of alone see this as /etc/resolv.conf
printf %s 'nameserver 203.0.113.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/alone/etc/resolv.conf
# the containers of as-its-node see this as /etc/hostname
printf %s 'as-its-node
' | install -Dm 644 /dev/stdin /run/netlab/pods/as-its-node/etc/hostname
# the containers of as-its-node see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.3	as-its-node
fd00:10:244::3	as-its-node
' | install -Dm 644 /dev/stdin /run/netlab/pods/as-its-node/etc/hosts
# the containers of as-its-node see this as /etc/resolv.conf
printf %s 'nameserver 172.18.0.2
nameserver 203.0.113.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/as-its-node/etc/resolv.conf
# the containers of db-0 see this as /etc/hostname
printf %s 'db-0
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-0/etc/hostname
# the containers of db-0 see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.4	db-0.db.default.svc.example.internal	db-0
fd00:10:244::4	db-0.db.default.svc.example.internal	db-0
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-0/etc/hosts
# the containers of db-0 see this as /etc/resolv.conf
printf %s 'search default.svc.example.internal svc.example.internal example.internal
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-0/etc/resolv.conf
# the containers of db-1 see this as /etc/hostname
printf %s 'db-1
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-1/etc/hostname
# the containers of db-1 see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.5	db-1.db.default.svc.example.internal	db-1
fd00:10:244::5	db-1.db.default.svc.example.internal	db-1
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-1/etc/hosts
# the containers of db-1 see this as /etc/resolv.conf
printf %s 'search default.svc.example.internal svc.example.internal example.internal
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-1/etc/resolv.conf
# the containers of team-a/web see this as /etc/hostname
printf %s 'front
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_web/etc/hostname
# the containers of team-a/web see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.6	front
fd00:10:244::6	front
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_web/etc/hosts
# the containers of team-a/web see this as /etc/resolv.conf
printf %s 'search team-a.svc.example.internal svc.example.internal example.internal example.com
nameserver 10.96.0.10
nameserver fd00:10:96::a
nameserver 203.0.113.53
options ndots:2 edns0
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_web/etc/resolv.conf
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
10.244.0.7	coredns
fd00:10:244::7	coredns
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/hosts
# the containers of kube-system/coredns see this as /etc/resolv.conf
printf %s 'nameserver 172.18.0.2
nameserver 203.0.113.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/resolv.conf
# kube-system/coredns answers the names of the cluster from this zone
printf %s '; the zone of example.internal, as netlab has written it; it is written anew when an endpoint comes or goes
$TTL 5
$FORWARD 172.18.0.2
$FORWARD 203.0.113.53
example.internal. 5 IN SOA ns.dns.example.internal. hostmaster.example.internal. 1 7200 1800 86400 5
in-addr.arpa. 5 IN SOA ns.dns.example.internal. hostmaster.example.internal. 1 7200 1800 86400 5
ip6.arpa. 5 IN SOA ns.dns.example.internal. hostmaster.example.internal. 1 7200 1800 86400 5
example.internal. 5 IN NS ns.dns.example.internal.
ns.dns.example.internal. 5 IN A 10.96.0.10
ns.dns.example.internal. 5 IN AAAA fd00:10:96::a
$NAME default.svc.example.internal.
$PODS default.pod.example.internal.
$NAME kube-node-lease.svc.example.internal.
$PODS kube-node-lease.pod.example.internal.
$NAME kube-public.svc.example.internal.
$PODS kube-public.pod.example.internal.
$NAME kube-system.svc.example.internal.
$PODS kube-system.pod.example.internal.
$NAME team-a.svc.example.internal.
$PODS team-a.pod.example.internal.
dns-version.example.internal. 5 IN TXT "1.1.0"
db.default.svc.example.internal. 5 IN A 10.244.0.4
db.default.svc.example.internal. 5 IN A 10.244.0.5
db.default.svc.example.internal. 5 IN AAAA fd00:10:244::4
db.default.svc.example.internal. 5 IN AAAA fd00:10:244::5
db-0.db.default.svc.example.internal. 5 IN A 10.244.0.4
db-1.db.default.svc.example.internal. 5 IN A 10.244.0.5
db-0.db.default.svc.example.internal. 5 IN AAAA fd00:10:244::4
db-1.db.default.svc.example.internal. 5 IN AAAA fd00:10:244::5
_sql._tcp.db.default.svc.example.internal. 5 IN SRV 0 50 5432 db-0.db.default.svc.example.internal.
db.default.svc.example.internal. 5 IN SRV 0 50 5432 db-0.db.default.svc.example.internal.
_sql._tcp.db.default.svc.example.internal. 5 IN SRV 0 50 5432 db-1.db.default.svc.example.internal.
db.default.svc.example.internal. 5 IN SRV 0 50 5432 db-1.db.default.svc.example.internal.
4.0.244.10.in-addr.arpa. 5 IN PTR db-0.db.default.svc.example.internal.
5.0.244.10.in-addr.arpa. 5 IN PTR db-1.db.default.svc.example.internal.
4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.4.2.0.0.1.0.0.0.0.d.f.ip6.arpa. 5 IN PTR db-0.db.default.svc.example.internal.
5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.4.2.0.0.1.0.0.0.0.d.f.ip6.arpa. 5 IN PTR db-1.db.default.svc.example.internal.
elsewhere.default.svc.example.internal. 5 IN CNAME db.example.com.
front.default.svc.example.internal. 5 IN A 10.96.1.1
_sql._tcp.front.default.svc.example.internal. 5 IN SRV 0 100 5432 front.default.svc.example.internal.
front.default.svc.example.internal. 5 IN SRV 0 100 5432 front.default.svc.example.internal.
1.1.96.10.in-addr.arpa. 5 IN PTR front.default.svc.example.internal.
kube-dns.kube-system.svc.example.internal. 5 IN A 10.96.0.10
kube-dns.kube-system.svc.example.internal. 5 IN AAAA fd00:10:96::a
_dns._udp.kube-dns.kube-system.svc.example.internal. 5 IN SRV 0 100 53 kube-dns.kube-system.svc.example.internal.
_dns-tcp._tcp.kube-dns.kube-system.svc.example.internal. 5 IN SRV 0 100 53 kube-dns.kube-system.svc.example.internal.
kube-dns.kube-system.svc.example.internal. 5 IN SRV 0 50 53 kube-dns.kube-system.svc.example.internal.
10.0.96.10.in-addr.arpa. 5 IN PTR kube-dns.kube-system.svc.example.internal.
a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 5 IN PTR kube-dns.kube-system.svc.example.internal.
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/run/dns/zone

### Start pause processes
# alone has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec alone unshare --uts --ipc --mount sh -ec 'hostname alone
mount --bind /run/netlab/pods/alone/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/alone/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/alone/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/alone/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# as-its-node has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec as-its-node unshare --uts --ipc --mount sh -ec 'hostname as-its-node
mount --bind /run/netlab/pods/as-its-node/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/as-its-node/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/as-its-node/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/as-its-node/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# db-0 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec db-0 unshare --uts --ipc --mount sh -ec 'hostname db-0
mount --bind /run/netlab/pods/db-0/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/db-0/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/db-0/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/db-0/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# db-1 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec db-1 unshare --uts --ipc --mount sh -ec 'hostname db-1
mount --bind /run/netlab/pods/db-1/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/db-1/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/db-1/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/db-1/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# team-a/web has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec team-a_web unshare --uts --ipc --mount sh -ec 'hostname front
mount --bind /run/netlab/pods/team-a_web/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/team-a_web/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/team-a_web/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/team-a_web/ns
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
# app shares the network of pod alone
nsenter --net=/run/netlab/pods/alone/ns/net --uts=/run/netlab/pods/alone/ns/uts --ipc=/run/netlab/pods/alone/ns/ipc --mount=/run/netlab/pods/alone/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=alone sleep infinity &
# app shares the network of pod as-its-node
nsenter --net=/run/netlab/pods/as-its-node/ns/net --uts=/run/netlab/pods/as-its-node/ns/uts --ipc=/run/netlab/pods/as-its-node/ns/ipc --mount=/run/netlab/pods/as-its-node/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=as-its-node sleep infinity &
# sql shares the network of pod db-0
nsenter --net=/run/netlab/pods/db-0/ns/net --uts=/run/netlab/pods/db-0/ns/uts --ipc=/run/netlab/pods/db-0/ns/ipc --mount=/run/netlab/pods/db-0/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=db-0 busybox nc -lk -p 5432 &
# sql shares the network of pod db-1
nsenter --net=/run/netlab/pods/db-1/ns/net --uts=/run/netlab/pods/db-1/ns/uts --ipc=/run/netlab/pods/db-1/ns/ipc --mount=/run/netlab/pods/db-1/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=db-1 busybox nc -lk -p 5432 &
# web shares the network of pod team-a/web
nsenter --net=/run/netlab/pods/team-a_web/ns/net --uts=/run/netlab/pods/team-a_web/ns/uts --ipc=/run/netlab/pods/team-a_web/ns/ipc --mount=/run/netlab/pods/team-a_web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=front sleep infinity &
# coredns shares the network of pod kube-system/coredns
nsenter --net=/run/netlab/pods/kube-system_coredns/ns/net --uts=/run/netlab/pods/kube-system_coredns/ns/uts --ipc=/run/netlab/pods/kube-system_coredns/ns/ipc --mount=/run/netlab/pods/kube-system_coredns/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=coredns netlab-dns /run/dns/zone 8181 &
