#!/bin/sh -e
# netlab plan of lab lab: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=5400
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_udp_timeout=5
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_udp_timeout_stream=60
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.netfilter.nf_conntrack_tcp_be_liberal=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv6.conf.all.forwarding=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=5400
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_udp_timeout=5
# node2 asks for this setting
ip netns exec node2 sysctl -q -w net.netfilter.nf_conntrack_udp_timeout_stream=60

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
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

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
ip -n node1 link set dev veth-web type bridge_slave hairpin on

### Load iptables rules
# what comes to default/web from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
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
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-2OYZRSTTDHUPO7SU
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-AYZFX6JL7A6O754I
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-V2PECCYPB6X2GSCW
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/kubernetes:https is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-NPX46M4PTMTKRN6Y
# one of the endpoints of default/web on node1 is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVL-LOLE4ISW44XBNF3G
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
ip netns exec node1 ip6tables -t nat -N KUBE-SEP-IPVAYKAGVEEFMC55
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/web on node1 is drawn by lot
ip netns exec node1 ip6tables -t nat -N KUBE-SVL-LOLE4ISW44XBNF3G
# what comes to default/web from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -i cbr0 -m comment --comment 'pod traffic for default/web external destinations' -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'route LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVL-LOLE4ISW44XBNF3G
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x10000/0x10000 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x10000/0x10000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30086 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x10000/0x10000 -j RETURN
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x10000/0x0
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-2OYZRSTTDHUPO7SU -s 10.244.0.2/32 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-2OYZRSTTDHUPO7SU -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.2:8080
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-AYZFX6JL7A6O754I -s 172.18.0.99/32 -m comment --comment default/kubernetes:https -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-AYZFX6JL7A6O754I -p tcp -m comment --comment default/kubernetes:https -m tcp -j DNAT --to-destination 172.18.0.99:6443
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-V2PECCYPB6X2GSCW -s 172.18.0.2/32 -m comment --comment default/kubernetes:https -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-V2PECCYPB6X2GSCW -p tcp -m comment --comment default/kubernetes:https -m tcp -j DNAT --to-destination 172.18.0.2:6443
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment 'default/kubernetes:https cluster IP' -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 172.18.0.2/32 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -j KUBE-NODEPORTS
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -d 10.96.1.1/32 '!' -i cbr0 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:8080' -j KUBE-SEP-2OYZRSTTDHUPO7SU
# one of the endpoints of default/kubernetes:https is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -d 10.96.0.1/32 '!' -i cbr0 -p tcp -m comment --comment 'default/kubernetes:https cluster IP' -m tcp --dport 443 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment 'default/kubernetes:https -> 172.18.0.2:6443' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-V2PECCYPB6X2GSCW
ip netns exec node1 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment 'default/kubernetes:https -> 172.18.0.99:6443' -j KUBE-SEP-AYZFX6JL7A6O754I
# one of the endpoints of default/web on node1 is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVL-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:8080' -j KUBE-SEP-2OYZRSTTDHUPO7SU
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
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -i cbr0 -m comment --comment 'pod traffic for default/web external destinations' -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'route LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVL-LOLE4ISW44XBNF3G
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x10000/0x10000 -j ACCEPT
ip netns exec node1 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x10000/0x10000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 ip6tables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30086 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x10000/0x10000 -j RETURN
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x10000/0x0
ip netns exec node1 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-IPVAYKAGVEEFMC55 -s fd00:10:244::2/128 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SEP-IPVAYKAGVEEFMC55 -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination '[fd00:10:244::2]:8080'
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node1 ip6tables -t nat -A KUBE-SERVICES -d fd00:172:18::2/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -j KUBE-NODEPORTS
# one of the endpoints of default/web is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -d fd00:10:96::101/128 '!' -i cbr0 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:8080' -j KUBE-SEP-IPVAYKAGVEEFMC55
# one of the endpoints of default/web on node1 is drawn by lot
ip netns exec node1 ip6tables -t nat -A KUBE-SVL-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:8080' -j KUBE-SEP-IPVAYKAGVEEFMC55
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
# what comes to default/web from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-LOLE4ISW44XBNF3G
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
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-2OYZRSTTDHUPO7SU
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-AYZFX6JL7A6O754I
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-V2PECCYPB6X2GSCW
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# one of the endpoints of default/kubernetes:https is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-NPX46M4PTMTKRN6Y
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
ip netns exec node2 ip6tables -t nat -N KUBE-SEP-IPVAYKAGVEEFMC55
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -N KUBE-SERVICES
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 ip6tables -t nat -N KUBE-SVC-LOLE4ISW44XBNF3G
# what comes to default/web from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -i cbr0 -m comment --comment 'pod traffic for default/web external destinations' -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'route LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-LOLE4ISW44XBNF3G
# node2 refuses what comes from outside for a Service that nobody answers for
ip netns exec node2 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/web has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30086 -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x10000/0x10000 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x10000/0x10000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30086 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x10000/0x10000 -j RETURN
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x10000/0x0
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-2OYZRSTTDHUPO7SU -s 10.244.0.2/32 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-2OYZRSTTDHUPO7SU -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination 10.244.0.2:8080
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-AYZFX6JL7A6O754I -s 172.18.0.99/32 -m comment --comment default/kubernetes:https -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-AYZFX6JL7A6O754I -p tcp -m comment --comment default/kubernetes:https -m tcp -j DNAT --to-destination 172.18.0.99:6443
# one endpoint of default/kubernetes:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-V2PECCYPB6X2GSCW -s 172.18.0.2/32 -m comment --comment default/kubernetes:https -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-V2PECCYPB6X2GSCW -p tcp -m comment --comment default/kubernetes:https -m tcp -j DNAT --to-destination 172.18.0.2:6443
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment 'default/kubernetes:https cluster IP' -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 172.18.0.3/32 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -j KUBE-NODEPORTS
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -d 10.96.1.1/32 '!' -i cbr0 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> 10.244.0.2:8080' -j KUBE-SEP-2OYZRSTTDHUPO7SU
# one of the endpoints of default/kubernetes:https is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -d 10.96.0.1/32 '!' -i cbr0 -p tcp -m comment --comment 'default/kubernetes:https cluster IP' -m tcp --dport 443 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment 'default/kubernetes:https -> 172.18.0.2:6443' -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-V2PECCYPB6X2GSCW
ip netns exec node2 iptables -t nat -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment 'default/kubernetes:https -> 172.18.0.99:6443' -j KUBE-SEP-AYZFX6JL7A6O754I
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
ip netns exec node2 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -i cbr0 -m comment --comment 'pod traffic for default/web external destinations' -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'masquerade LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment 'route LOCAL traffic for default/web external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-LOLE4ISW44XBNF3G
# node2 refuses what comes from outside for a Service that nobody answers for
ip netns exec node2 ip6tables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'default/web has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30086 -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x10000/0x10000 -j ACCEPT
ip netns exec node2 ip6tables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 ip6tables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x10000/0x10000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 ip6tables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30086 -j KUBE-EXT-LOLE4ISW44XBNF3G
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x10000/0x10000 -j RETURN
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x10000/0x0
ip netns exec node2 ip6tables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/web: the destination is rewritten to it
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-IPVAYKAGVEEFMC55 -s fd00:10:244::2/128 -m comment --comment default/web -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SEP-IPVAYKAGVEEFMC55 -p tcp -m comment --comment default/web -m tcp -j DNAT --to-destination '[fd00:10:244::2]:8080'
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:10:96::101/128 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
ip netns exec node2 ip6tables -t nat -A KUBE-SERVICES -d fd00:172:18::3/128 -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -j KUBE-NODEPORTS
# one of the endpoints of default/web is drawn by lot
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -d fd00:10:96::101/128 '!' -i cbr0 -p tcp -m comment --comment 'default/web cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 ip6tables -t nat -A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment 'default/web -> [fd00:10:244::2]:8080' -j KUBE-SEP-IPVAYKAGVEEFMC55
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
