#!/bin/sh -e
# netlab plan of lab host-network: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node n1 is a machine of its own: it has its own links, routes and rules
ip netns add n1
# node n2 is a machine of its own: it has its own links, routes and rules
ip netns add n2
# pod plain has its own network, shared by its containers
ip netns add plain
# pod kube-system/coredns has its own network, shared by its containers
ip netns add kube-system_coredns

### Set kernel settings
# n1 passes packets on between its interfaces, as a router does
ip netns exec n1 sysctl -q -w net.ipv4.ip_forward=1
# n1 passes packets on between its interfaces, as a router does
ip netns exec n1 sysctl -q -w net.ipv6.conf.all.forwarding=1
# n1 asks for this setting
ip netns exec n1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# n1 asks for this setting
ip netns exec n1 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# n1 asks for this setting
ip netns exec n1 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# n1 asks for this setting
ip netns exec n1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# n1 asks for this setting
ip netns exec n1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# n2 passes packets on between its interfaces, as a router does
ip netns exec n2 sysctl -q -w net.ipv4.ip_forward=1
# n2 passes packets on between its interfaces, as a router does
ip netns exec n2 sysctl -q -w net.ipv6.conf.all.forwarding=1
# n2 asks for this setting
ip netns exec n2 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# n2 asks for this setting
ip netns exec n2 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# n2 asks for this setting
ip netns exec n2 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# n2 asks for this setting
ip netns exec n2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# n2 asks for this setting
ip netns exec n2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in n1, its other end beside lan
ip -n lan link add name veth-n1 type veth peer name eth0 netns n1
# a cable: eth0 in n2, its other end beside lan
ip -n lan link add name veth-n2 type veth peer name eth0 netns n2
# cbr0 joins the pods on n1 like a switch
ip -n n1 link add name cbr0 type bridge
# a cable: eth0 in kube-system/coredns, its other end beside cbr0
ip -n n1 link add name veth-kube-kk8bq type veth peer name eth0 netns kube-system_coredns
# cbr0 joins the pods on n2 like a switch
ip -n n2 link add name cbr0 type bridge
# a cable: eth0 in plain, its other end beside cbr0
ip -n n2 link add name veth-plain type veth peer name eth0 netns plain

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n n1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n n1 link set dev lo up
# n1 switches eth0 on
ip -n n1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on n1
ip -n n1 addr add 10.244.0.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on n1
ip -n n1 addr add fd00:10:244::1/64 dev cbr0 nodad
# n1 has the address 172.18.0.2
ip -n n1 addr add 172.18.0.2/16 dev eth0
# n1 has the address fd00:172:18::2
ip -n n1 addr add fd00:172:18::2/64 dev eth0 nodad
# n1 reaches 10.244.1.0/24 through n2 (172.18.0.3)
ip -n n1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# n1 reaches fd00:10:244:1::/64 through n2 (fd00:172:18::3)
ip -n n1 route add fd00:10:244:1::/64 via fd00:172:18::3 dev eth0
# what n1 sends to a cluster IP needs some way before rules rewrite it
ip -n n1 route add 10.96.0.0/12 dev eth0
# what n1 sends to a cluster IP needs some way before rules rewrite it
ip -n n1 route add fd00:10:96::/112 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go
ip -n n2 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n n2 link set dev lo up
# n2 switches eth0 on
ip -n n2 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on n2
ip -n n2 addr add 10.244.1.1/24 dev cbr0
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on n2
ip -n n2 addr add fd00:10:244:1::1/64 dev cbr0 nodad
# n2 has the address 172.18.0.3
ip -n n2 addr add 172.18.0.3/16 dev eth0
# n2 has the address fd00:172:18::3
ip -n n2 addr add fd00:172:18::3/64 dev eth0 nodad
# n2 reaches 10.244.0.0/24 through n1 (172.18.0.2)
ip -n n2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# n2 reaches fd00:10:244::/64 through n1 (fd00:172:18::2)
ip -n n2 route add fd00:10:244::/64 via fd00:172:18::2 dev eth0
# what n2 sends to a cluster IP needs some way before rules rewrite it
ip -n n2 route add 10.96.0.0/12 dev eth0
# what n2 sends to a cluster IP needs some way before rules rewrite it
ip -n n2 route add fd00:10:96::/112 dev eth0
# a new namespace has its loopback interface switched off
ip -n plain link set dev lo up
# plain switches eth0 on
ip -n plain link set dev eth0 up
# plain has the address 10.244.1.2
ip -n plain addr add 10.244.1.2/24 dev eth0
# plain has the address fd00:10:244:1::2
ip -n plain addr add fd00:10:244:1::2/64 dev eth0 nodad
# whatever is not on its own subnet plain sends to cbr0 of n2 (10.244.1.1)
ip -n plain route add default via 10.244.1.1 dev eth0
# whatever is not on its own subnet plain sends to cbr0 of n2 (fd00:10:244:1::1)
ip -n plain route add default via fd00:10:244:1::1 dev eth0
# a new namespace has its loopback interface switched off
ip -n kube-system_coredns link set dev lo up
# kube-system/coredns switches eth0 on
ip -n kube-system_coredns link set dev eth0 up
# kube-system/coredns has the address 10.244.0.2
ip -n kube-system_coredns addr add 10.244.0.2/24 dev eth0
# kube-system/coredns has the address fd00:10:244::2
ip -n kube-system_coredns addr add fd00:10:244::2/64 dev eth0 nodad
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of n1 (10.244.0.1)
ip -n kube-system_coredns route add default via 10.244.0.1 dev eth0
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of n1 (fd00:10:244::1)
ip -n kube-system_coredns route add default via fd00:10:244::1 dev eth0

### Plug veth ends into bridges
# n1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-n1 addrgenmode none
ip -n lan link set dev veth-n1 master lan up
# n2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-n2 addrgenmode none
ip -n lan link set dev veth-n2 master lan up
# kube-system/coredns is plugged into cbr0; it needs no IPv6 address of its own
ip -n n1 link set dev veth-kube-kk8bq addrgenmode none
ip -n n1 link set dev veth-kube-kk8bq master cbr0 up
ip -n n1 link set dev veth-kube-kk8bq type bridge_slave hairpin on
# plain is plugged into cbr0; it needs no IPv6 address of its own
ip -n n2 link set dev veth-plain addrgenmode none
ip -n n2 link set dev veth-plain master cbr0 up
ip -n n2 link set dev veth-plain type bridge_slave hairpin on

### Load iptables rules
# what comes to default/agent from outside of the cluster
ip netns exec n1 iptables -t nat -N KUBE-EXT-EGV2CNBQD3S7C4VQ
# n1 refuses what comes from outside for a Service that nobody answers for
ip netns exec n1 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# n1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n1 iptables -t filter -N KUBE-FIREWALL
# n1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n1 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec n1 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 iptables -t nat -N KUBE-KUBELET-CANARY
# n1 marks what has to leave with its own address
ip netns exec n1 iptables -t nat -N KUBE-MARK-MASQ
# n1 looks here for the Service behind a port of its own
ip netns exec n1 iptables -t filter -N KUBE-NODEPORTS
# n1 looks here for the Service behind a port of its own
ip netns exec n1 iptables -t nat -N KUBE-NODEPORTS
# n1 puts its own address in place of the sender's on what bears the mark
ip netns exec n1 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 iptables -t nat -N KUBE-PROXY-CANARY
# n1 drops what a load balancer's source ranges do not allow
ip netns exec n1 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n1 iptables -t nat -N KUBE-SEP-3WWADQWOYZVCUKJD
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n1 iptables -t nat -N KUBE-SEP-D2C4NSEYPK4B242D
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n1 iptables -t nat -N KUBE-SEP-IT2ZTR26TO4XFPTO
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n1 iptables -t nat -N KUBE-SEP-YIL6JZP7A3QYXJU2
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 iptables -t filter -N KUBE-SERVICES
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/agent is drawn by lot
ip netns exec n1 iptables -t nat -N KUBE-SVC-EGV2CNBQD3S7C4VQ
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n1 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n1 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of default/agent on n1 is drawn by lot
ip netns exec n1 iptables -t nat -N KUBE-SVL-EGV2CNBQD3S7C4VQ
# n1 refuses what comes from outside for a Service that nobody answers for
ip netns exec n1 ip6tables -t filter -N KUBE-EXTERNAL-SERVICES
# n1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n1 ip6tables -t filter -N KUBE-FIREWALL
# n1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n1 ip6tables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec n1 ip6tables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t nat -N KUBE-KUBELET-CANARY
# n1 marks what has to leave with its own address
ip netns exec n1 ip6tables -t nat -N KUBE-MARK-MASQ
# n1 looks here for the Service behind a port of its own
ip netns exec n1 ip6tables -t filter -N KUBE-NODEPORTS
# n1 looks here for the Service behind a port of its own
ip netns exec n1 ip6tables -t nat -N KUBE-NODEPORTS
# n1 puts its own address in place of the sender's on what bears the mark
ip netns exec n1 ip6tables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n1 ip6tables -t nat -N KUBE-PROXY-CANARY
# n1 drops what a load balancer's source ranges do not allow
ip netns exec n1 ip6tables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n1 ip6tables -t nat -N KUBE-SEP-2RL23PDDHWGDTTIH
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n1 ip6tables -t nat -N KUBE-SEP-WOUZYQTTW3D2BKWR
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 ip6tables -t filter -N KUBE-SERVICES
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n1 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n1 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/agent from outside of the cluster
ip netns exec n1 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/agent external destinations' -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n1 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -m comment --comment 'masquerade LOCAL traffic for default/agent external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -m comment --comment 'route LOCAL traffic for default/agent external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n1 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -j KUBE-SVL-EGV2CNBQD3S7C4VQ
# n1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# n1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec n1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec n1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# n1 marks what has to leave with its own address
ip netns exec n1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# n1 looks here for the Service behind a port of its own
ip netns exec n1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/agent -m tcp --dport 30080 -j KUBE-EXT-EGV2CNBQD3S7C4VQ
# n1 puts its own address in place of the sender's on what bears the mark
ip netns exec n1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec n1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec n1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n1 iptables -t nat -A KUBE-SEP-3WWADQWOYZVCUKJD -s 172.18.0.3/32 -m comment --comment default/agent -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SEP-3WWADQWOYZVCUKJD -p tcp -m comment --comment default/agent -m tcp -j DNAT --to-destination 172.18.0.3:8080
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n1 iptables -t nat -A KUBE-SEP-D2C4NSEYPK4B242D -s 172.18.0.2/32 -m comment --comment default/agent -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SEP-D2C4NSEYPK4B242D -p tcp -m comment --comment default/agent -m tcp -j DNAT --to-destination 172.18.0.2:8080
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n1 iptables -t nat -A KUBE-SEP-IT2ZTR26TO4XFPTO -s 10.244.0.2/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SEP-IT2ZTR26TO4XFPTO -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.0.2:53
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n1 iptables -t nat -A KUBE-SEP-YIL6JZP7A3QYXJU2 -s 10.244.0.2/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SEP-YIL6JZP7A3QYXJU2 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.0.2:53
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/agent cluster IP' -m tcp --dport 80 -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec n1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec n1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/agent is drawn by lot
ip netns exec n1 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/agent cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.2:8080' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-D2C4NSEYPK4B242D
ip netns exec n1 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.3:8080' -j KUBE-SEP-3WWADQWOYZVCUKJD
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.0.2:53' -j KUBE-SEP-IT2ZTR26TO4XFPTO
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.0.2:53' -j KUBE-SEP-YIL6JZP7A3QYXJU2
# one of the endpoints of default/agent on n1 is drawn by lot
ip netns exec n1 iptables -t nat -A KUBE-SVL-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.2:8080' -j KUBE-SEP-D2C4NSEYPK4B242D
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec n1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec n1 iptables -t filter -A INPUT -j KUBE-FIREWALL
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec n1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n1 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# n1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n1 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec n1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec n1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# n1 marks what has to leave with its own address
ip netns exec n1 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# n1 puts its own address in place of the sender's on what bears the mark
ip netns exec n1 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec n1 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec n1 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n1 ip6tables -t nat -A KUBE-SEP-2RL23PDDHWGDTTIH -s fd00:10:244::2/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec n1 ip6tables -t nat -A KUBE-SEP-2RL23PDDHWGDTTIH -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244::2]:53'
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n1 ip6tables -t nat -A KUBE-SEP-WOUZYQTTW3D2BKWR -s fd00:10:244::2/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec n1 ip6tables -t nat -A KUBE-SEP-WOUZYQTTW3D2BKWR -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244::2]:53'
# n1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec n1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec n1 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n1 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244::2]:53' -j KUBE-SEP-WOUZYQTTW3D2BKWR
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n1 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244::2]:53' -j KUBE-SEP-2RL23PDDHWGDTTIH
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 ip6tables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec n1 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec n1 ip6tables -t filter -A INPUT -j KUBE-FIREWALL
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 ip6tables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec n1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n1 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n1 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n1 ip6tables -t filter -A OUTPUT -j KUBE-FIREWALL
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n1 sends packets on to kube-proxy's chains
ip netns exec n1 ip6tables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# what comes to default/agent from outside of the cluster
ip netns exec n2 iptables -t nat -N KUBE-EXT-EGV2CNBQD3S7C4VQ
# n2 refuses what comes from outside for a Service that nobody answers for
ip netns exec n2 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# n2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n2 iptables -t filter -N KUBE-FIREWALL
# n2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n2 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec n2 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 iptables -t nat -N KUBE-KUBELET-CANARY
# n2 marks what has to leave with its own address
ip netns exec n2 iptables -t nat -N KUBE-MARK-MASQ
# n2 looks here for the Service behind a port of its own
ip netns exec n2 iptables -t filter -N KUBE-NODEPORTS
# n2 looks here for the Service behind a port of its own
ip netns exec n2 iptables -t nat -N KUBE-NODEPORTS
# n2 puts its own address in place of the sender's on what bears the mark
ip netns exec n2 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 iptables -t nat -N KUBE-PROXY-CANARY
# n2 drops what a load balancer's source ranges do not allow
ip netns exec n2 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n2 iptables -t nat -N KUBE-SEP-3WWADQWOYZVCUKJD
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n2 iptables -t nat -N KUBE-SEP-D2C4NSEYPK4B242D
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n2 iptables -t nat -N KUBE-SEP-IT2ZTR26TO4XFPTO
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n2 iptables -t nat -N KUBE-SEP-YIL6JZP7A3QYXJU2
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 iptables -t filter -N KUBE-SERVICES
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/agent is drawn by lot
ip netns exec n2 iptables -t nat -N KUBE-SVC-EGV2CNBQD3S7C4VQ
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n2 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n2 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of default/agent on n2 is drawn by lot
ip netns exec n2 iptables -t nat -N KUBE-SVL-EGV2CNBQD3S7C4VQ
# n2 refuses what comes from outside for a Service that nobody answers for
ip netns exec n2 ip6tables -t filter -N KUBE-EXTERNAL-SERVICES
# n2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n2 ip6tables -t filter -N KUBE-FIREWALL
# n2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n2 ip6tables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec n2 ip6tables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t nat -N KUBE-KUBELET-CANARY
# n2 marks what has to leave with its own address
ip netns exec n2 ip6tables -t nat -N KUBE-MARK-MASQ
# n2 looks here for the Service behind a port of its own
ip netns exec n2 ip6tables -t filter -N KUBE-NODEPORTS
# n2 looks here for the Service behind a port of its own
ip netns exec n2 ip6tables -t nat -N KUBE-NODEPORTS
# n2 puts its own address in place of the sender's on what bears the mark
ip netns exec n2 ip6tables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec n2 ip6tables -t nat -N KUBE-PROXY-CANARY
# n2 drops what a load balancer's source ranges do not allow
ip netns exec n2 ip6tables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n2 ip6tables -t nat -N KUBE-SEP-2RL23PDDHWGDTTIH
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n2 ip6tables -t nat -N KUBE-SEP-WOUZYQTTW3D2BKWR
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 ip6tables -t filter -N KUBE-SERVICES
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n2 ip6tables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n2 ip6tables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# what comes to default/agent from outside of the cluster
ip netns exec n2 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -s 10.244.0.0/16 -m comment --comment 'pod traffic for default/agent external destinations' -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n2 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -m comment --comment 'masquerade LOCAL traffic for default/agent external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -m comment --comment 'route LOCAL traffic for default/agent external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n2 iptables -t nat -A KUBE-EXT-EGV2CNBQD3S7C4VQ -j KUBE-SVL-EGV2CNBQD3S7C4VQ
# n2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec n2 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# n2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n2 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec n2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec n2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# n2 marks what has to leave with its own address
ip netns exec n2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# n2 looks here for the Service behind a port of its own
ip netns exec n2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/agent -m tcp --dport 30080 -j KUBE-EXT-EGV2CNBQD3S7C4VQ
# n2 puts its own address in place of the sender's on what bears the mark
ip netns exec n2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec n2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec n2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n2 iptables -t nat -A KUBE-SEP-3WWADQWOYZVCUKJD -s 172.18.0.3/32 -m comment --comment default/agent -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SEP-3WWADQWOYZVCUKJD -p tcp -m comment --comment default/agent -m tcp -j DNAT --to-destination 172.18.0.3:8080
# one endpoint of default/agent: the destination is rewritten to it
ip netns exec n2 iptables -t nat -A KUBE-SEP-D2C4NSEYPK4B242D -s 172.18.0.2/32 -m comment --comment default/agent -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SEP-D2C4NSEYPK4B242D -p tcp -m comment --comment default/agent -m tcp -j DNAT --to-destination 172.18.0.2:8080
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n2 iptables -t nat -A KUBE-SEP-IT2ZTR26TO4XFPTO -s 10.244.0.2/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SEP-IT2ZTR26TO4XFPTO -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.0.2:53
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n2 iptables -t nat -A KUBE-SEP-YIL6JZP7A3QYXJU2 -s 10.244.0.2/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SEP-YIL6JZP7A3QYXJU2 -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.0.2:53
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/agent cluster IP' -m tcp --dport 80 -j KUBE-SVC-EGV2CNBQD3S7C4VQ
ip netns exec n2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec n2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec n2 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/agent is drawn by lot
ip netns exec n2 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/agent cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.2:8080' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-D2C4NSEYPK4B242D
ip netns exec n2 iptables -t nat -A KUBE-SVC-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.3:8080' -j KUBE-SEP-3WWADQWOYZVCUKJD
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.0.2:53' -j KUBE-SEP-IT2ZTR26TO4XFPTO
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.0.2:53' -j KUBE-SEP-YIL6JZP7A3QYXJU2
# one of the endpoints of default/agent on n2 is drawn by lot
ip netns exec n2 iptables -t nat -A KUBE-SVL-EGV2CNBQD3S7C4VQ -m comment --comment 'default/agent -> 172.18.0.3:8080' -j KUBE-SEP-3WWADQWOYZVCUKJD
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec n2 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec n2 iptables -t filter -A INPUT -j KUBE-FIREWALL
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec n2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n2 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n2 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# n2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec n2 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec n2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec n2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# n2 marks what has to leave with its own address
ip netns exec n2 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# n2 puts its own address in place of the sender's on what bears the mark
ip netns exec n2 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec n2 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec n2 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec n2 ip6tables -t nat -A KUBE-SEP-2RL23PDDHWGDTTIH -s fd00:10:244::2/128 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec n2 ip6tables -t nat -A KUBE-SEP-2RL23PDDHWGDTTIH -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination '[fd00:10:244::2]:53'
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec n2 ip6tables -t nat -A KUBE-SEP-WOUZYQTTW3D2BKWR -s fd00:10:244::2/128 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec n2 ip6tables -t nat -A KUBE-SEP-WOUZYQTTW3D2BKWR -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination '[fd00:10:244::2]:53'
# n2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec n2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec n2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec n2 ip6tables -t nat -A KUBE-SERVICES '!' -d ::1/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec n2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n2 ip6tables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> [fd00:10:244::2]:53' -j KUBE-SEP-WOUZYQTTW3D2BKWR
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec n2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s fd00:10:244::/48 -d fd00:10:96::a/128 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec n2 ip6tables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> [fd00:10:244::2]:53' -j KUBE-SEP-2RL23PDDHWGDTTIH
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 ip6tables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec n2 ip6tables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec n2 ip6tables -t filter -A INPUT -j KUBE-FIREWALL
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 ip6tables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec n2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n2 ip6tables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec n2 ip6tables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec n2 ip6tables -t filter -A OUTPUT -j KUBE-FIREWALL
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# n2 sends packets on to kube-proxy's chains
ip netns exec n2 ip6tables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING

### Write the files of pods
# the containers of agent-0 see this as /etc/hostname
printf %s 'n1
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-0/etc/hostname
# the containers of agent-0 see this as /etc/hosts
printf %s '# written by netlab for this pod (host network)
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
172.18.0.2	n1
fd00:172:18::2	n1

# Entries added by HostAliases.
10.9.9.9	db	db.example.com
fd00::9	
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-0/etc/hosts
# the containers of agent-0 see this as /etc/resolv.conf
printf %s 'nameserver 192.0.2.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-0/etc/resolv.conf
# the containers of agent-1 see this as /etc/hostname
printf %s 'n2
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-1/etc/hostname
# the containers of agent-1 see this as /etc/hosts
printf %s '# written by netlab for this pod (host network)
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
172.18.0.3	n2
fd00:172:18::3	n2

# Entries added by HostAliases.
10.9.9.9	db	db.example.com
fd00::9	
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-1/etc/hosts
# the containers of agent-1 see this as /etc/resolv.conf
printf %s 'nameserver 192.0.2.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/agent-1/etc/resolv.conf
# the containers of plain see this as /etc/hostname
printf %s 'one.names.default.svc.cluster.local
' | install -Dm 644 /dev/stdin /run/netlab/pods/plain/etc/hostname
# the containers of plain see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.2	one.names.default.svc.cluster.local	one
fd00:10:244:1::2	one.names.default.svc.cluster.local	one

# Entries added by HostAliases.
10.9.9.9	db
' | install -Dm 644 /dev/stdin /run/netlab/pods/plain/etc/hosts
# the containers of plain see this as /etc/resolv.conf
printf %s 'search default.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00:10:96::a
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/plain/etc/resolv.conf
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
10.244.0.2	coredns
fd00:10:244::2	coredns
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/hosts
# the containers of kube-system/coredns see this as /etc/resolv.conf
printf %s 'nameserver 192.0.2.53
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/etc/resolv.conf
# kube-system/coredns answers the names of the cluster from this zone
printf %s '; the zone of cluster.local, as netlab has written it; it is written anew when an endpoint comes or goes
$TTL 30
$FORWARD 192.0.2.53
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
agent.default.svc.cluster.local. 30 IN A 10.96.1.1
agent.default.svc.cluster.local. 30 IN SRV 0 100 80 agent.default.svc.cluster.local.
1.1.96.10.in-addr.arpa. 30 IN PTR agent.default.svc.cluster.local.
names.default.svc.cluster.local. 30 IN A 172.18.0.2
names.default.svc.cluster.local. 30 IN A 172.18.0.3
172-18-0-2.names.default.svc.cluster.local. 30 IN A 172.18.0.2
172-18-0-3.names.default.svc.cluster.local. 30 IN A 172.18.0.3
names.default.svc.cluster.local. 30 IN SRV 0 50 8080 172-18-0-2.names.default.svc.cluster.local.
names.default.svc.cluster.local. 30 IN SRV 0 50 8080 172-18-0-3.names.default.svc.cluster.local.
2.0.18.172.in-addr.arpa. 30 IN PTR 172-18-0-2.names.default.svc.cluster.local.
3.0.18.172.in-addr.arpa. 30 IN PTR 172-18-0-3.names.default.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN A 10.96.0.10
kube-dns.kube-system.svc.cluster.local. 30 IN AAAA fd00:10:96::a
_dns._udp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
_dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 50 53 kube-dns.kube-system.svc.cluster.local.
10.0.96.10.in-addr.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/run/dns/zone

### Start pause processes
# agent-0 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec n1 unshare --uts --ipc --mount sh -ec 'hostname n1
mount --bind /run/netlab/pods/agent-0/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/agent-0/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/agent-0/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/agent-0/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# agent-1 has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec n2 unshare --uts --ipc --mount sh -ec 'hostname n2
mount --bind /run/netlab/pods/agent-1/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/agent-1/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/agent-1/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/agent-1/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# plain has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec plain unshare --uts --ipc --mount sh -ec 'hostname one.names.default.svc.cluster.local
mount --bind /run/netlab/pods/plain/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/plain/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/plain/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/plain/ns
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
# httpd shares the network of pod agent-0
nsenter --net=/run/netlab/pods/agent-0/ns/net --uts=/run/netlab/pods/agent-0/ns/uts --ipc=/run/netlab/pods/agent-0/ns/ipc --mount=/run/netlab/pods/agent-0/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=n1 busybox httpd -f -p 8080 &
# httpd shares the network of pod agent-1
nsenter --net=/run/netlab/pods/agent-1/ns/net --uts=/run/netlab/pods/agent-1/ns/uts --ipc=/run/netlab/pods/agent-1/ns/ipc --mount=/run/netlab/pods/agent-1/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=n2 busybox httpd -f -p 8080 &
# idle shares the network of pod plain
nsenter --net=/run/netlab/pods/plain/ns/net --uts=/run/netlab/pods/plain/ns/uts --ipc=/run/netlab/pods/plain/ns/ipc --mount=/run/netlab/pods/plain/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=one.names.default.svc.cluster.local sleep 1d &
# coredns shares the network of pod kube-system/coredns
nsenter --net=/run/netlab/pods/kube-system_coredns/ns/net --uts=/run/netlab/pods/kube-system_coredns/ns/uts --ipc=/run/netlab/pods/kube-system_coredns/ns/ipc --mount=/run/netlab/pods/kube-system_coredns/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=coredns netlab-dns /run/dns/zone 8181 &
