#!/bin/sh -e
# netlab plan of lab ingresses: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# pod ingress-nginx/controller has its own network, shared by its containers
ip netns add ingress-nginx_controller
# pod team-a/api has its own network, shared by its containers
ip netns add team-a_api
# pod web has its own network, shared by its containers
ip netns add web
# pod kube-system/coredns has its own network, shared by its containers
ip netns add kube-system_coredns

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

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in team-a/api, its other end beside cbr0
ip -n node1 link add name veth-team-a_api type veth peer name eth0 netns team-a_api
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in ingress-nginx/controller, its other end beside cbr0
ip -n node2 link add name veth-ingr-geder type veth peer name eth0 netns ingress-nginx_controller
# a cable: eth0 in kube-system/coredns, its other end beside cbr0
ip -n node2 link add name veth-kube-kk8bq type veth peer name eth0 netns kube-system_coredns

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
# node1 reaches 10.244.1.0/24 through node2 (172.18.0.3)
ip -n node1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
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
# node2 answers for 172.18.255.200, the load balancer of Service ingress-nginx/controller; another node would if it could not
ip -n node2 addr add 172.18.255.200/32 dev eth0
# node2 reaches 10.244.0.0/24 through node1 (172.18.0.2)
ip -n node2 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# what node2 sends to a cluster IP needs some way before rules rewrite it
ip -n node2 route add 10.96.0.0/12 dev eth0
# a new namespace has its loopback interface switched off
ip -n ingress-nginx_controller link set dev lo up
# ingress-nginx/controller switches eth0 on; it needs no IPv6 address of its own
ip -n ingress-nginx_controller link set dev eth0 addrgenmode none
ip -n ingress-nginx_controller link set dev eth0 up
# ingress-nginx/controller has the address 10.244.1.2
ip -n ingress-nginx_controller addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet ingress-nginx/controller sends to cbr0 of node2 (10.244.1.1)
ip -n ingress-nginx_controller route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n team-a_api link set dev lo up
# team-a/api switches eth0 on; it needs no IPv6 address of its own
ip -n team-a_api link set dev eth0 addrgenmode none
ip -n team-a_api link set dev eth0 up
# team-a/api has the address 10.244.0.2
ip -n team-a_api addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet team-a/api sends to cbr0 of node1 (10.244.0.1)
ip -n team-a_api route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.3
ip -n web addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n kube-system_coredns link set dev lo up
# kube-system/coredns switches eth0 on; it needs no IPv6 address of its own
ip -n kube-system_coredns link set dev eth0 addrgenmode none
ip -n kube-system_coredns link set dev eth0 up
# kube-system/coredns has the address 10.244.1.3
ip -n kube-system_coredns addr add 10.244.1.3/24 dev eth0
# whatever is not on its own subnet kube-system/coredns sends to cbr0 of node2 (10.244.1.1)
ip -n kube-system_coredns route add default via 10.244.1.1 dev eth0

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# team-a/api is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-team-a_api addrgenmode none
ip -n node1 link set dev veth-team-a_api master cbr0 up
ip -n node1 link set dev veth-team-a_api type bridge_slave hairpin on
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
ip -n node1 link set dev veth-web type bridge_slave hairpin on
# ingress-nginx/controller is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-ingr-geder addrgenmode none
ip -n node2 link set dev veth-ingr-geder master cbr0 up
ip -n node2 link set dev veth-ingr-geder type bridge_slave hairpin on
# kube-system/coredns is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-kube-kk8bq addrgenmode none
ip -n node2 link set dev veth-kube-kk8bq master cbr0 up
ip -n node2 link set dev veth-kube-kk8bq type bridge_slave hairpin on

### Load iptables rules
# what comes to ingress-nginx/controller:http from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-NSQXBD7ZBTNOGOV2
# what comes to ingress-nginx/controller:https from outside of the cluster
ip netns exec node1 iptables -t nat -N KUBE-EXT-ZKSVPIZQLJI72ZP7
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
# one endpoint of ingress-nginx/controller:http: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-4OJLN5EWSKFXCI6I
# one endpoint of ingress-nginx/controller:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-AOAACY2AGWTYHPSL
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-EJJ3L23ZA35VLW6X
# one endpoint of team/a-api: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-FQCG4VMWWMSHAHQK
# one endpoint of team-a/api: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-OFQV3SRACQV25A26
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-R75T7LXI5PWKQPQA
# one endpoint of default/web:http: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-TCD3IFXQZW3ZEZQU
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of team-a/api is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-5TU6I5WQZDSLLOVI
# one of the endpoints of default/web:http is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-CDGGSHYLG3RE2FKL
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of ingress-nginx/controller:http is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-NSQXBD7ZBTNOGOV2
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of team/a-api is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-VIPNYLZBA3FHYNHG
# one of the endpoints of ingress-nginx/controller:https is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-ZKSVPIZQLJI72ZP7
# what comes to ingress-nginx/controller:http from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -s 10.244.0.0/16 -m comment --comment 'pod traffic for ingress-nginx/controller:http external destinations' -j KUBE-SVC-NSQXBD7ZBTNOGOV2
ip netns exec node1 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -m comment --comment 'masquerade LOCAL traffic for ingress-nginx/controller:http external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -m comment --comment 'route LOCAL traffic for ingress-nginx/controller:http external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-NSQXBD7ZBTNOGOV2
# what comes to ingress-nginx/controller:https from outside of the cluster
ip netns exec node1 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -s 10.244.0.0/16 -m comment --comment 'pod traffic for ingress-nginx/controller:https external destinations' -j KUBE-SVC-ZKSVPIZQLJI72ZP7
ip netns exec node1 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -m comment --comment 'masquerade LOCAL traffic for ingress-nginx/controller:https external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -m comment --comment 'route LOCAL traffic for ingress-nginx/controller:https external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-ZKSVPIZQLJI72ZP7
# node1 refuses what comes from outside for a Service that nobody answers for
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:http has no local endpoints' -m tcp --dport 80 -j DROP
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'ingress-nginx/controller:http has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30086 -j DROP
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:https has no local endpoints' -m tcp --dport 443 -j DROP
ip netns exec node1 iptables -t filter -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment 'ingress-nginx/controller:https has no local endpoints' -m addrtype --dst-type LOCAL -m tcp --dport 30087 -j DROP
# node1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'ingress-nginx/controller:http health check node port' -m tcp --dport 30088 -j ACCEPT
ip netns exec node1 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'ingress-nginx/controller:https health check node port' -m tcp --dport 30088 -j ACCEPT
# node1 looks here for the Service behind a port of its own
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment ingress-nginx/controller:http -m tcp --dport 30086 -j KUBE-EXT-NSQXBD7ZBTNOGOV2
ip netns exec node1 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment ingress-nginx/controller:https -m tcp --dport 30087 -j KUBE-EXT-ZKSVPIZQLJI72ZP7
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of ingress-nginx/controller:http: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-4OJLN5EWSKFXCI6I -s 10.244.1.2/32 -m comment --comment ingress-nginx/controller:http -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-4OJLN5EWSKFXCI6I -p tcp -m comment --comment ingress-nginx/controller:http -m tcp -j DNAT --to-destination 10.244.1.2:80
# one endpoint of ingress-nginx/controller:https: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-AOAACY2AGWTYHPSL -s 10.244.1.2/32 -m comment --comment ingress-nginx/controller:https -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-AOAACY2AGWTYHPSL -p tcp -m comment --comment ingress-nginx/controller:https -m tcp -j DNAT --to-destination 10.244.1.2:443
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-EJJ3L23ZA35VLW6X -s 10.244.1.3/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-EJJ3L23ZA35VLW6X -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.3:53
# one endpoint of team/a-api: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-FQCG4VMWWMSHAHQK -s 192.0.2.8/32 -m comment --comment team/a-api -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-FQCG4VMWWMSHAHQK -p tcp -m comment --comment team/a-api -m tcp -j DNAT --to-destination 192.0.2.8:8000
# one endpoint of team-a/api: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-OFQV3SRACQV25A26 -s 10.244.0.2/32 -m comment --comment team-a/api -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-OFQV3SRACQV25A26 -p tcp -m comment --comment team-a/api -m tcp -j DNAT --to-destination 10.244.0.2:8000
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-R75T7LXI5PWKQPQA -s 10.244.1.3/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-R75T7LXI5PWKQPQA -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.3:53
# one endpoint of default/web:http: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-TCD3IFXQZW3ZEZQU -s 10.244.0.3/32 -m comment --comment default/web:http -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-TCD3IFXQZW3ZEZQU -p tcp -m comment --comment default/web:http -m tcp -j DNAT --to-destination 10.244.0.3:8080
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.4/32 -p tcp -m comment --comment 'default/web:http cluster IP' -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:http cluster IP' -m tcp --dport 80 -j KUBE-SVC-NSQXBD7ZBTNOGOV2
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:http loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-NSQXBD7ZBTNOGOV2
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:https cluster IP' -m tcp --dport 443 -j KUBE-SVC-ZKSVPIZQLJI72ZP7
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:https loadbalancer IP' -m tcp --dport 443 -j KUBE-EXT-ZKSVPIZQLJI72ZP7
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'team-a/api cluster IP' -m tcp --dport 8000 -j KUBE-SVC-5TU6I5WQZDSLLOVI
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'team/a-api cluster IP' -m tcp --dport 8000 -j KUBE-SVC-VIPNYLZBA3FHYNHG
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of team-a/api is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-5TU6I5WQZDSLLOVI '!' -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment 'team-a/api cluster IP' -m tcp --dport 8000 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-5TU6I5WQZDSLLOVI -m comment --comment 'team-a/api -> 10.244.0.2:8000' -j KUBE-SEP-OFQV3SRACQV25A26
# one of the endpoints of default/web:http is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-CDGGSHYLG3RE2FKL '!' -s 10.244.0.0/16 -d 10.96.1.4/32 -p tcp -m comment --comment 'default/web:http cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment 'default/web:http -> 10.244.0.3:8080' -j KUBE-SEP-TCD3IFXQZW3ZEZQU
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.3:53' -j KUBE-SEP-R75T7LXI5PWKQPQA
# one of the endpoints of ingress-nginx/controller:http is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-NSQXBD7ZBTNOGOV2 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:http cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-NSQXBD7ZBTNOGOV2 -m comment --comment 'ingress-nginx/controller:http -> 10.244.1.2:80' -j KUBE-SEP-4OJLN5EWSKFXCI6I
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.3:53' -j KUBE-SEP-EJJ3L23ZA35VLW6X
# one of the endpoints of team/a-api is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-VIPNYLZBA3FHYNHG '!' -s 10.244.0.0/16 -d 10.96.1.3/32 -p tcp -m comment --comment 'team/a-api cluster IP' -m tcp --dport 8000 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-VIPNYLZBA3FHYNHG -m comment --comment 'team/a-api -> 192.0.2.8:8000' -j KUBE-SEP-FQCG4VMWWMSHAHQK
# one of the endpoints of ingress-nginx/controller:https is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-ZKSVPIZQLJI72ZP7 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:https cluster IP' -m tcp --dport 443 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-ZKSVPIZQLJI72ZP7 -m comment --comment 'ingress-nginx/controller:https -> 10.244.1.2:443' -j KUBE-SEP-AOAACY2AGWTYHPSL
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
# what comes to ingress-nginx/controller:http from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-NSQXBD7ZBTNOGOV2
# what comes to ingress-nginx/controller:https from outside of the cluster
ip netns exec node2 iptables -t nat -N KUBE-EXT-ZKSVPIZQLJI72ZP7
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
# one endpoint of ingress-nginx/controller:http: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-4OJLN5EWSKFXCI6I
# one endpoint of ingress-nginx/controller:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-AOAACY2AGWTYHPSL
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-EJJ3L23ZA35VLW6X
# one endpoint of team/a-api: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-FQCG4VMWWMSHAHQK
# one endpoint of team-a/api: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-OFQV3SRACQV25A26
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-R75T7LXI5PWKQPQA
# one endpoint of default/web:http: the destination is rewritten to it
ip netns exec node2 iptables -t nat -N KUBE-SEP-TCD3IFXQZW3ZEZQU
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t filter -N KUBE-SERVICES
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of team-a/api is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-5TU6I5WQZDSLLOVI
# one of the endpoints of default/web:http is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-CDGGSHYLG3RE2FKL
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-ERIFXISQEP7F7OF4
# one of the endpoints of ingress-nginx/controller:http is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-NSQXBD7ZBTNOGOV2
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-TCOU7JCQXEZGVUNU
# one of the endpoints of team/a-api is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-VIPNYLZBA3FHYNHG
# one of the endpoints of ingress-nginx/controller:https is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVC-ZKSVPIZQLJI72ZP7
# one of the endpoints of ingress-nginx/controller:http on node2 is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVL-NSQXBD7ZBTNOGOV2
# one of the endpoints of ingress-nginx/controller:https on node2 is drawn by lot
ip netns exec node2 iptables -t nat -N KUBE-SVL-ZKSVPIZQLJI72ZP7
# what comes to ingress-nginx/controller:http from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -s 10.244.0.0/16 -m comment --comment 'pod traffic for ingress-nginx/controller:http external destinations' -j KUBE-SVC-NSQXBD7ZBTNOGOV2
ip netns exec node2 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -m comment --comment 'masquerade LOCAL traffic for ingress-nginx/controller:http external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -m comment --comment 'route LOCAL traffic for ingress-nginx/controller:http external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-NSQXBD7ZBTNOGOV2
ip netns exec node2 iptables -t nat -A KUBE-EXT-NSQXBD7ZBTNOGOV2 -j KUBE-SVL-NSQXBD7ZBTNOGOV2
# what comes to ingress-nginx/controller:https from outside of the cluster
ip netns exec node2 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -s 10.244.0.0/16 -m comment --comment 'pod traffic for ingress-nginx/controller:https external destinations' -j KUBE-SVC-ZKSVPIZQLJI72ZP7
ip netns exec node2 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -m comment --comment 'masquerade LOCAL traffic for ingress-nginx/controller:https external destinations' -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -m comment --comment 'route LOCAL traffic for ingress-nginx/controller:https external destinations' -m addrtype --src-type LOCAL -j KUBE-SVC-ZKSVPIZQLJI72ZP7
ip netns exec node2 iptables -t nat -A KUBE-EXT-ZKSVPIZQLJI72ZP7 -j KUBE-SVL-ZKSVPIZQLJI72ZP7
# node2 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec node2 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# node2 forwards what belongs to a Service, also where its policy is to drop
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# node2 marks what has to leave with its own address
ip netns exec node2 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'ingress-nginx/controller:http health check node port' -m tcp --dport 30088 -j ACCEPT
ip netns exec node2 iptables -t filter -A KUBE-NODEPORTS -p tcp -m comment --comment 'ingress-nginx/controller:https health check node port' -m tcp --dport 30088 -j ACCEPT
# node2 looks here for the Service behind a port of its own
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment ingress-nginx/controller:http -m tcp --dport 30086 -j KUBE-EXT-NSQXBD7ZBTNOGOV2
ip netns exec node2 iptables -t nat -A KUBE-NODEPORTS -p tcp -m comment --comment ingress-nginx/controller:https -m tcp --dport 30087 -j KUBE-EXT-ZKSVPIZQLJI72ZP7
# node2 puts its own address in place of the sender's on what bears the mark
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec node2 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of ingress-nginx/controller:http: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-4OJLN5EWSKFXCI6I -s 10.244.1.2/32 -m comment --comment ingress-nginx/controller:http -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-4OJLN5EWSKFXCI6I -p tcp -m comment --comment ingress-nginx/controller:http -m tcp -j DNAT --to-destination 10.244.1.2:80
# one endpoint of ingress-nginx/controller:https: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-AOAACY2AGWTYHPSL -s 10.244.1.2/32 -m comment --comment ingress-nginx/controller:https -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-AOAACY2AGWTYHPSL -p tcp -m comment --comment ingress-nginx/controller:https -m tcp -j DNAT --to-destination 10.244.1.2:443
# one endpoint of kube-system/kube-dns:dns: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-EJJ3L23ZA35VLW6X -s 10.244.1.3/32 -m comment --comment kube-system/kube-dns:dns -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-EJJ3L23ZA35VLW6X -p udp -m comment --comment kube-system/kube-dns:dns -m udp -j DNAT --to-destination 10.244.1.3:53
# one endpoint of team/a-api: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-FQCG4VMWWMSHAHQK -s 192.0.2.8/32 -m comment --comment team/a-api -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-FQCG4VMWWMSHAHQK -p tcp -m comment --comment team/a-api -m tcp -j DNAT --to-destination 192.0.2.8:8000
# one endpoint of team-a/api: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-OFQV3SRACQV25A26 -s 10.244.0.2/32 -m comment --comment team-a/api -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-OFQV3SRACQV25A26 -p tcp -m comment --comment team-a/api -m tcp -j DNAT --to-destination 10.244.0.2:8000
# one endpoint of kube-system/kube-dns:dns-tcp: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-R75T7LXI5PWKQPQA -s 10.244.1.3/32 -m comment --comment kube-system/kube-dns:dns-tcp -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-R75T7LXI5PWKQPQA -p tcp -m comment --comment kube-system/kube-dns:dns-tcp -m tcp -j DNAT --to-destination 10.244.1.3:53
# one endpoint of default/web:http: the destination is rewritten to it
ip netns exec node2 iptables -t nat -A KUBE-SEP-TCD3IFXQZW3ZEZQU -s 10.244.0.3/32 -m comment --comment default/web:http -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SEP-TCD3IFXQZW3ZEZQU -p tcp -m comment --comment default/web:http -m tcp -j DNAT --to-destination 10.244.0.3:8080
# node2 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.4/32 -p tcp -m comment --comment 'default/web:http cluster IP' -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:http cluster IP' -m tcp --dport 80 -j KUBE-SVC-NSQXBD7ZBTNOGOV2
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:http loadbalancer IP' -m tcp --dport 80 -j KUBE-EXT-NSQXBD7ZBTNOGOV2
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:https cluster IP' -m tcp --dport 443 -j KUBE-SVC-ZKSVPIZQLJI72ZP7
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 172.18.255.200/32 -p tcp -m comment --comment 'ingress-nginx/controller:https loadbalancer IP' -m tcp --dport 443 -j KUBE-EXT-ZKSVPIZQLJI72ZP7
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment 'team-a/api cluster IP' -m tcp --dport 8000 -j KUBE-SVC-5TU6I5WQZDSLLOVI
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -d 10.96.1.3/32 -p tcp -m comment --comment 'team/a-api cluster IP' -m tcp --dport 8000 -j KUBE-SVC-VIPNYLZBA3FHYNHG
ip netns exec node2 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of team-a/api is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-5TU6I5WQZDSLLOVI '!' -s 10.244.0.0/16 -d 10.96.1.2/32 -p tcp -m comment --comment 'team-a/api cluster IP' -m tcp --dport 8000 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-5TU6I5WQZDSLLOVI -m comment --comment 'team-a/api -> 10.244.0.2:8000' -j KUBE-SEP-OFQV3SRACQV25A26
# one of the endpoints of default/web:http is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-CDGGSHYLG3RE2FKL '!' -s 10.244.0.0/16 -d 10.96.1.4/32 -p tcp -m comment --comment 'default/web:http cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment 'default/web:http -> 10.244.0.3:8080' -j KUBE-SEP-TCD3IFXQZW3ZEZQU
# one of the endpoints of kube-system/kube-dns:dns-tcp is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m comment --comment 'kube-system/kube-dns:dns-tcp cluster IP' -m tcp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-ERIFXISQEP7F7OF4 -m comment --comment 'kube-system/kube-dns:dns-tcp -> 10.244.1.3:53' -j KUBE-SEP-R75T7LXI5PWKQPQA
# one of the endpoints of ingress-nginx/controller:http is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-NSQXBD7ZBTNOGOV2 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:http cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-NSQXBD7ZBTNOGOV2 -m comment --comment 'ingress-nginx/controller:http -> 10.244.1.2:80' -j KUBE-SEP-4OJLN5EWSKFXCI6I
# one of the endpoints of kube-system/kube-dns:dns is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU '!' -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment 'kube-system/kube-dns:dns cluster IP' -m udp --dport 53 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-TCOU7JCQXEZGVUNU -m comment --comment 'kube-system/kube-dns:dns -> 10.244.1.3:53' -j KUBE-SEP-EJJ3L23ZA35VLW6X
# one of the endpoints of team/a-api is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-VIPNYLZBA3FHYNHG '!' -s 10.244.0.0/16 -d 10.96.1.3/32 -p tcp -m comment --comment 'team/a-api cluster IP' -m tcp --dport 8000 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-VIPNYLZBA3FHYNHG -m comment --comment 'team/a-api -> 192.0.2.8:8000' -j KUBE-SEP-FQCG4VMWWMSHAHQK
# one of the endpoints of ingress-nginx/controller:https is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVC-ZKSVPIZQLJI72ZP7 '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'ingress-nginx/controller:https cluster IP' -m tcp --dport 443 -j KUBE-MARK-MASQ
ip netns exec node2 iptables -t nat -A KUBE-SVC-ZKSVPIZQLJI72ZP7 -m comment --comment 'ingress-nginx/controller:https -> 10.244.1.2:443' -j KUBE-SEP-AOAACY2AGWTYHPSL
# one of the endpoints of ingress-nginx/controller:http on node2 is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVL-NSQXBD7ZBTNOGOV2 -m comment --comment 'ingress-nginx/controller:http -> 10.244.1.2:80' -j KUBE-SEP-4OJLN5EWSKFXCI6I
# one of the endpoints of ingress-nginx/controller:https on node2 is drawn by lot
ip netns exec node2 iptables -t nat -A KUBE-SVL-ZKSVPIZQLJI72ZP7 -m comment --comment 'ingress-nginx/controller:https -> 10.244.1.2:443' -j KUBE-SEP-AOAACY2AGWTYHPSL
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

### Write the files of pods
# the containers of ingress-nginx/controller see this as /etc/hostname
printf %s 'controller
' | install -Dm 644 /dev/stdin /run/netlab/pods/ingress-nginx_controller/etc/hostname
# the containers of ingress-nginx/controller see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.2	controller
' | install -Dm 644 /dev/stdin /run/netlab/pods/ingress-nginx_controller/etc/hosts
# the containers of ingress-nginx/controller see this as /etc/resolv.conf
printf %s 'search ingress-nginx.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/ingress-nginx_controller/etc/resolv.conf
# the containers of web see this as /etc/hostname
printf %s 'web
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/hostname
# the containers of web see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.3	web
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/hosts
# the containers of web see this as /etc/resolv.conf
printf %s 'search default.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/resolv.conf
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
10.244.1.3	coredns
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
$NAME default.svc.cluster.local.
$PODS default.pod.cluster.local.
$NAME ingress-nginx.svc.cluster.local.
$PODS ingress-nginx.pod.cluster.local.
$NAME kube-node-lease.svc.cluster.local.
$PODS kube-node-lease.pod.cluster.local.
$NAME kube-public.svc.cluster.local.
$PODS kube-public.pod.cluster.local.
$NAME kube-system.svc.cluster.local.
$PODS kube-system.pod.cluster.local.
$NAME team.svc.cluster.local.
$PODS team.pod.cluster.local.
$NAME team-a.svc.cluster.local.
$PODS team-a.pod.cluster.local.
dns-version.cluster.local. 30 IN TXT "1.1.0"
alias.default.svc.cluster.local. 30 IN CNAME web.default.svc.cluster.local.
controller.ingress-nginx.svc.cluster.local. 30 IN A 10.96.1.1
_http._tcp.controller.ingress-nginx.svc.cluster.local. 30 IN SRV 0 100 80 controller.ingress-nginx.svc.cluster.local.
_https._tcp.controller.ingress-nginx.svc.cluster.local. 30 IN SRV 0 100 443 controller.ingress-nginx.svc.cluster.local.
controller.ingress-nginx.svc.cluster.local. 30 IN SRV 0 50 80 controller.ingress-nginx.svc.cluster.local.
controller.ingress-nginx.svc.cluster.local. 30 IN SRV 0 50 443 controller.ingress-nginx.svc.cluster.local.
1.1.96.10.in-addr.arpa. 30 IN PTR controller.ingress-nginx.svc.cluster.local.
partner.default.svc.cluster.local. 30 IN CNAME www.example.org.
api.team-a.svc.cluster.local. 30 IN A 10.96.1.2
api.team-a.svc.cluster.local. 30 IN SRV 0 100 8000 api.team-a.svc.cluster.local.
2.1.96.10.in-addr.arpa. 30 IN PTR api.team-a.svc.cluster.local.
a-api.team.svc.cluster.local. 30 IN A 10.96.1.3
a-api.team.svc.cluster.local. 30 IN SRV 0 100 8000 a-api.team.svc.cluster.local.
3.1.96.10.in-addr.arpa. 30 IN PTR a-api.team.svc.cluster.local.
web.default.svc.cluster.local. 30 IN A 10.96.1.4
_http._tcp.web.default.svc.cluster.local. 30 IN SRV 0 100 80 web.default.svc.cluster.local.
web.default.svc.cluster.local. 30 IN SRV 0 100 80 web.default.svc.cluster.local.
4.1.96.10.in-addr.arpa. 30 IN PTR web.default.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN A 10.96.0.10
_dns._udp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
_dns-tcp._tcp.kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 100 53 kube-dns.kube-system.svc.cluster.local.
kube-dns.kube-system.svc.cluster.local. 30 IN SRV 0 50 53 kube-dns.kube-system.svc.cluster.local.
10.0.96.10.in-addr.arpa. 30 IN PTR kube-dns.kube-system.svc.cluster.local.
' | install -Dm 644 /dev/stdin /run/netlab/pods/kube-system_coredns/run/dns/zone
# ingress-nginx/controller leads requests to the pods behind the Ingresses as this says
printf %s '# written by netlab for the Ingresses of this lab; it is written anew when an endpoint comes or goes
daemon off;
user root root;
worker_processes 1;
pid /run/nginx/nginx.pid;
events { worker_connections 1024; }
http {
  log_format main '\''$remote_addr "$request_method $scheme://$host$request_uri" $status $upstream_addr'\'';
  access_log /dev/stdout main;
  client_body_temp_path /run/nginx/client_body;
  proxy_temp_path /run/nginx/proxy;
  fastcgi_temp_path /run/nginx/fastcgi;
  uwsgi_temp_path /run/nginx/uwsgi;
  scgi_temp_path /run/nginx/scgi;
  server_tokens off;
  server_names_hash_bucket_size 512;
  map $http_upgrade $connection_upgrade { default upgrade; '\'''\'' '\'''\''; }
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Port $server_port;
  proxy_set_header X-Forwarded-Proto $scheme;
  resolver 10.96.0.10 ipv6=off;
  resolver_timeout 5s;
  recursive_error_pages on;
  uninitialized_variable_warn off;
  map $external_name $cdn_loop { default ingress-nginx; '\'''\'' $http_cdn_loop; }
  proxy_set_header CDN-Loop $cdn_loop;
  upstream default_web_80 {
    server 10.244.0.3:8080 max_fails=0;
  }
  upstream default_web_http {
    server 10.244.0.3:8080 max_fails=0;
  }
  upstream team-a_api_8000 {
    server 10.244.0.2:8000 max_fails=0;
  }
  upstream team_a-api_8000 {
    server 192.0.2.8:8000 max_fails=0;
  }
  server {
    listen 10254;
    access_log off;
    location /healthz { return 200; }
  }
  server {
    server_name _;
    listen 80 default_server;
    listen 443 ssl default_server;
    ssl_certificate /run/ingress/tls/fake.crt;
    ssl_certificate_key /run/ingress/tls/fake.key;
    location /api/ { proxy_pass http://team-a_api_8000; } # Ingress team-a/api
    location = /api { proxy_pass http://team-a_api_8000; } # Ingress team-a/api
    location / { return 404; } # no path of an Ingress
  }
  server {
    server_name ~^[^.]+\.example\.com$;
    listen 80;
    listen 443 ssl;
    ssl_certificate /run/ingress/tls/default_site-tls.crt;
    ssl_certificate_key /run/ingress/tls/default_site-tls.key;
    if ($scheme = http) { return 308 https://$host$request_uri; }
    location / { proxy_pass http://default_web_80; } # Ingress site
  }
  server {
    server_name api.example.net;
    listen 80;
    listen 443 ssl;
    ssl_certificate /run/ingress/tls/fake.crt;
    ssl_certificate_key /run/ingress/tls/fake.key;
    location / { proxy_pass http://team_a-api_8000; } # Ingress team/api
  }
  server {
    server_name example.com;
    listen 80;
    listen 443 ssl;
    ssl_certificate /run/ingress/tls/default_site-tls.crt;
    ssl_certificate_key /run/ingress/tls/default_site-tls.key;
    if ($scheme = http) { return 308 https://$host$request_uri; }
    location / { proxy_pass http://default_web_80; } # Ingress site
    location /docs/ { proxy_pass http://default_web_http; } # Ingress site
    location "/my docs/" { # Ingress site: Service partner is a name
      if ($http_cdn_loop ~ ingress-nginx) { return 508; }
      set $external_name www.example.org.ingress-nginx.svc.cluster.local;
      proxy_pass http://$external_name:8080;
      error_page 502 = @default_partner_web_1;
    }
    location = /docs { proxy_pass http://default_web_80; } # Ingress site
    location = "/my docs" { # Ingress site: Service partner is a name
      if ($http_cdn_loop ~ ingress-nginx) { return 508; }
      set $external_name www.example.org.ingress-nginx.svc.cluster.local;
      proxy_pass http://$external_name:8080;
      error_page 502 = @default_partner_web_1;
    }
    location = /old/ { # Ingress site: Service alias is a name
      if ($http_cdn_loop ~ ingress-nginx) { return 508; }
      set $external_name web.default.svc.cluster.local;
      proxy_pass http://$external_name:81;
      error_page 502 = @default_alias_81_1;
    }
    location = /old { proxy_pass http://default_web_80; } # Ingress site
    location @default_alias_81_1 {
      if ($upstream_addr ~ "[0-9]") { return 502; }
      return 503;
    }
    location @default_partner_web_1 {
      if ($upstream_addr ~ "[0-9]") { return 502; }
      set $external_name www.example.org.svc.cluster.local;
      proxy_pass http://$external_name:8080;
      error_page 502 = @default_partner_web_2;
    }
    location @default_partner_web_2 {
      if ($upstream_addr ~ "[0-9]") { return 502; }
      set $external_name www.example.org.cluster.local;
      proxy_pass http://$external_name:8080;
      error_page 502 = @default_partner_web_3;
    }
    location @default_partner_web_3 {
      if ($upstream_addr ~ "[0-9]") { return 502; }
      set $external_name www.example.org;
      proxy_pass http://$external_name:8080;
      error_page 502 = @default_partner_web_4;
    }
    location @default_partner_web_4 {
      if ($upstream_addr ~ "[0-9]") { return 502; }
      return 503;
    }
  }
}
' | install -Dm 644 /dev/stdin /run/netlab/pods/ingress-nginx_controller/run/ingress/nginx.conf

### Start pause processes
# ingress-nginx/controller has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec ingress-nginx_controller unshare --uts --ipc --mount sh -ec 'hostname controller
mount --bind /run/netlab/pods/ingress-nginx_controller/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/ingress-nginx_controller/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/ingress-nginx_controller/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/ingress-nginx_controller/ns
mkdir -p /run/netlab/pods/ingress-nginx_controller/new-run
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run/netlab/pods/ingress-nginx_controller/new-run
install -D /dev/null /run/netlab/pods/ingress-nginx_controller/new-run/ingress/nginx.conf
mount --bind /run/netlab/pods/ingress-nginx_controller/run/ingress/nginx.conf /run/netlab/pods/ingress-nginx_controller/new-run/ingress/nginx.conf
mount --rbind /run/netlab/pods/ingress-nginx_controller/new-run /run'
# web has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec web unshare --uts --ipc --mount sh -ec 'hostname web
mount --bind /run/netlab/pods/web/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/web/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/web/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/web/ns
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
# nginx shares the network of pod ingress-nginx/controller
nsenter --net=/run/netlab/pods/ingress-nginx_controller/ns/net --uts=/run/netlab/pods/ingress-nginx_controller/ns/uts --ipc=/run/netlab/pods/ingress-nginx_controller/ns/ipc --mount=/run/netlab/pods/ingress-nginx_controller/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=controller netlab-ingress /run/ingress/nginx.conf /run/ingress/tls fake=DNS:ingress.local 'default_site-tls=DNS:*.example.com,DNS:example.com' &
# c shares the network of pod web
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sleep 1d &
# coredns shares the network of pod kube-system/coredns
nsenter --net=/run/netlab/pods/kube-system_coredns/ns/net --uts=/run/netlab/pods/kube-system_coredns/ns/uts --ipc=/run/netlab/pods/kube-system_coredns/ns/ipc --mount=/run/netlab/pods/kube-system_coredns/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=coredns netlab-dns /run/dns/zone 8181 &
