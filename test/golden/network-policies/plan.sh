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

### Fill sets of addresses
# the pods of this node that are isolated for ingress
ip netns exec node1 ipset create NETPOL-IN hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-IN 10.244.0.3
ip netns exec node1 ipset add NETPOL-IN 10.244.0.4
# the pods of this node in monitoring that are isolated for ingress
ip netns exec node1 ipset create NETPOL-IN-monitoring hash:ip family inet maxelem 1048576
# the pods of this node in shop that are isolated for ingress
ip netns exec node1 ipset create NETPOL-IN-shop hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-IN-shop 10.244.0.3
ip netns exec node1 ipset add NETPOL-IN-shop 10.244.0.4
# the pods of this node that are isolated for egress
ip netns exec node1 ipset create NETPOL-OUT hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-OUT 10.244.0.3
# the pods of this node in monitoring that are isolated for egress
ip netns exec node1 ipset create NETPOL-OUT-monitoring hash:ip family inet maxelem 1048576
# the pods of this node in shop that are isolated for egress
ip netns exec node1 ipset create NETPOL-OUT-shop hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-OUT-shop 10.244.0.3
# the pods of this node that monitoring/closed selects
ip netns exec node1 ipset create NETPOL-monitoring/closed hash:ip family inet maxelem 1048576
# the pods of this node that shop/back-out selects
ip netns exec node1 ipset create NETPOL-shop/back-out hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-shop/back-out 10.244.0.3
# the pods of this node that shop/db-from-back selects
ip netns exec node1 ipset create NETPOL-shop/db-from-back hash:ip family inet maxelem 1048576
# the pods of this node that shop/default-deny selects
ip netns exec node1 ipset create NETPOL-shop/default-deny hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add NETPOL-shop/default-deny 10.244.0.3
ip netns exec node1 ipset add NETPOL-shop/default-deny 10.244.0.4
# the pods of this node that shop/front-from-everybody selects
ip netns exec node1 ipset create 'NETPOL-shop/front-from~2g4echgp' hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add 'NETPOL-shop/front-from~2g4echgp' 10.244.0.4
# the pods of this node that shop/scraped.by-prometheus selects
ip netns exec node1 ipset create 'NETPOL-shop/scraped.by~ot3lytc5' hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add 'NETPOL-shop/scraped.by~ot3lytc5' 10.244.0.3
ip netns exec node1 ipset add 'NETPOL-shop/scraped.by~ot3lytc5' 10.244.0.4
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS-ns:*/k8s-app=kube-dns' hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add 'PODS-ns:*/k8s-app=kube-dns' 10.244.1.5
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node1 ipset create PODS-shop/app=db hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add PODS-shop/app=db 10.244.1.4
# 192.168.0.0/16 with its exceptions
ip netns exec node1 ipset create 'BLOCK-192.168.0.0/16-1~gwhs6coz' hash:net family inet maxelem 1048576
ip netns exec node1 ipset add 'BLOCK-192.168.0.0/16-1~gwhs6coz' 192.168.0.0/16
ip netns exec node1 ipset add 'BLOCK-192.168.0.0/16-1~gwhs6coz' 192.168.1.0/24 nomatch
# the pods that shop/db-from-back means by a peer, wherever they are
ip netns exec node1 ipset create PODS-shop/app=back hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add PODS-shop/app=back 10.244.1.3
ip netns exec node1 ipset add PODS-shop/app=back 10.244.0.3
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create PODS-ns:team=ops/app=prometheus hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add PODS-ns:team=ops/app=prometheus 10.244.1.2
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS-ns:team/*' hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add 'PODS-ns:team/*' 10.244.1.2
ip netns exec node1 ipset add 'PODS-ns:team/*' 10.244.1.3
ip netns exec node1 ipset add 'PODS-ns:team/*' 10.244.0.3
ip netns exec node1 ipset add 'PODS-ns:team/*' 10.244.1.4
ip netns exec node1 ipset add 'PODS-ns:team/*' 10.244.0.4
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS-shop/*' hash:ip family inet maxelem 1048576
ip netns exec node1 ipset add 'PODS-shop/*' 10.244.1.3
ip netns exec node1 ipset add 'PODS-shop/*' 10.244.0.3
ip netns exec node1 ipset add 'PODS-shop/*' 10.244.1.4
ip netns exec node1 ipset add 'PODS-shop/*' 10.244.0.4
# whatever is called http over TCP
ip netns exec node1 ipset create PORT-tcp/http hash:ip,port family inet maxelem 1048576
ip netns exec node1 ipset add PORT-tcp/http 10.244.1.3,tcp:9090
ip netns exec node1 ipset add PORT-tcp/http 10.244.0.3,tcp:9090
ip netns exec node1 ipset add PORT-tcp/http 10.244.0.4,tcp:8080
# the pods of this node that are isolated for ingress
ip netns exec node1 ipset create NETPOL6-IN hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-IN fd00:10:244::3
ip netns exec node1 ipset add NETPOL6-IN fd00:10:244::4
# the pods of this node in monitoring that are isolated for ingress
ip netns exec node1 ipset create NETPOL6-IN-monitoring hash:ip family inet6 maxelem 1048576
# the pods of this node in shop that are isolated for ingress
ip netns exec node1 ipset create NETPOL6-IN-shop hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-IN-shop fd00:10:244::3
ip netns exec node1 ipset add NETPOL6-IN-shop fd00:10:244::4
# the pods of this node that are isolated for egress
ip netns exec node1 ipset create NETPOL6-OUT hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-OUT fd00:10:244::3
# the pods of this node in monitoring that are isolated for egress
ip netns exec node1 ipset create NETPOL6-OUT-monitoring hash:ip family inet6 maxelem 1048576
# the pods of this node in shop that are isolated for egress
ip netns exec node1 ipset create NETPOL6-OUT-shop hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-OUT-shop fd00:10:244::3
# the pods of this node that monitoring/closed selects
ip netns exec node1 ipset create NETPOL6-monitoring/closed hash:ip family inet6 maxelem 1048576
# the pods of this node that shop/back-out selects
ip netns exec node1 ipset create NETPOL6-shop/back-out hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-shop/back-out fd00:10:244::3
# the pods of this node that shop/db-from-back selects
ip netns exec node1 ipset create NETPOL6-shop/db-from-back hash:ip family inet6 maxelem 1048576
# the pods of this node that shop/default-deny selects
ip netns exec node1 ipset create NETPOL6-shop/default-deny hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-shop/default-deny fd00:10:244::3
ip netns exec node1 ipset add NETPOL6-shop/default-deny fd00:10:244::4
# the pods of this node that shop/front-from-everybody selects
ip netns exec node1 ipset create 'NETPOL6-shop/front-fro~2g4echgp' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'NETPOL6-shop/front-fro~2g4echgp' fd00:10:244::4
# the pods of this node that shop/scraped.by-prometheus selects
ip netns exec node1 ipset create 'NETPOL6-shop/scraped.b~ot3lytc5' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'NETPOL6-shop/scraped.b~ot3lytc5' fd00:10:244::3
ip netns exec node1 ipset add 'NETPOL6-shop/scraped.b~ot3lytc5' fd00:10:244::4
# the addresses by which pods on one bridge could go around the policies, if this node has isolated pods
ip netns exec node1 ipset create NETPOL6-fe80 hash:net family inet6 maxelem 1048576
ip netns exec node1 ipset add NETPOL6-fe80 fe80::/10
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS6-ns:*/k8s-app=kube-dns' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'PODS6-ns:*/k8s-app=kube-dns' fd00:10:244:1::5
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node1 ipset create PODS6-shop/app=db hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add PODS6-shop/app=db fd00:10:244:1::4
# the pods that shop/db-from-back means by a peer, wherever they are
ip netns exec node1 ipset create PODS6-shop/app=back hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add PODS6-shop/app=back fd00:10:244:1::3
ip netns exec node1 ipset add PODS6-shop/app=back fd00:10:244::3
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS6-ns:team=ops/app=~dlxjfzwx' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'PODS6-ns:team=ops/app=~dlxjfzwx' fd00:10:244:1::2
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS6-ns:team/*' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'PODS6-ns:team/*' fd00:10:244:1::2
ip netns exec node1 ipset add 'PODS6-ns:team/*' fd00:10:244:1::3
ip netns exec node1 ipset add 'PODS6-ns:team/*' fd00:10:244::3
ip netns exec node1 ipset add 'PODS6-ns:team/*' fd00:10:244:1::4
ip netns exec node1 ipset add 'PODS6-ns:team/*' fd00:10:244::4
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node1 ipset create 'PODS6-shop/*' hash:ip family inet6 maxelem 1048576
ip netns exec node1 ipset add 'PODS6-shop/*' fd00:10:244:1::3
ip netns exec node1 ipset add 'PODS6-shop/*' fd00:10:244::3
ip netns exec node1 ipset add 'PODS6-shop/*' fd00:10:244:1::4
ip netns exec node1 ipset add 'PODS6-shop/*' fd00:10:244::4
# whatever is called http over TCP
ip netns exec node1 ipset create PORT6-tcp/http hash:ip,port family inet6 maxelem 1048576
ip netns exec node1 ipset add PORT6-tcp/http fd00:10:244:1::3,tcp:9090
ip netns exec node1 ipset add PORT6-tcp/http fd00:10:244::3,tcp:9090
ip netns exec node1 ipset add PORT6-tcp/http fd00:10:244::4,tcp:8080
# the pods of this node that are isolated for ingress
ip netns exec node2 ipset create NETPOL-IN hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-IN 10.244.1.2
ip netns exec node2 ipset add NETPOL-IN 10.244.1.4
ip netns exec node2 ipset add NETPOL-IN 10.244.1.3
# the pods of this node in monitoring that are isolated for ingress
ip netns exec node2 ipset create NETPOL-IN-monitoring hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-IN-monitoring 10.244.1.2
# the pods of this node in shop that are isolated for ingress
ip netns exec node2 ipset create NETPOL-IN-shop hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-IN-shop 10.244.1.4
ip netns exec node2 ipset add NETPOL-IN-shop 10.244.1.3
# the pods of this node that are isolated for egress
ip netns exec node2 ipset create NETPOL-OUT hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-OUT 10.244.1.2
ip netns exec node2 ipset add NETPOL-OUT 10.244.1.3
# the pods of this node in monitoring that are isolated for egress
ip netns exec node2 ipset create NETPOL-OUT-monitoring hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-OUT-monitoring 10.244.1.2
# the pods of this node in shop that are isolated for egress
ip netns exec node2 ipset create NETPOL-OUT-shop hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-OUT-shop 10.244.1.3
# the pods of this node that monitoring/closed selects
ip netns exec node2 ipset create NETPOL-monitoring/closed hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-monitoring/closed 10.244.1.2
# the pods of this node that shop/back-out selects
ip netns exec node2 ipset create NETPOL-shop/back-out hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-shop/back-out 10.244.1.3
# the pods of this node that shop/db-from-back selects
ip netns exec node2 ipset create NETPOL-shop/db-from-back hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-shop/db-from-back 10.244.1.4
# the pods of this node that shop/default-deny selects
ip netns exec node2 ipset create NETPOL-shop/default-deny hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add NETPOL-shop/default-deny 10.244.1.3
ip netns exec node2 ipset add NETPOL-shop/default-deny 10.244.1.4
# the pods of this node that shop/front-from-everybody selects
ip netns exec node2 ipset create 'NETPOL-shop/front-from~2g4echgp' hash:ip family inet maxelem 1048576
# the pods of this node that shop/scraped.by-prometheus selects
ip netns exec node2 ipset create 'NETPOL-shop/scraped.by~ot3lytc5' hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add 'NETPOL-shop/scraped.by~ot3lytc5' 10.244.1.3
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS-ns:*/k8s-app=kube-dns' hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add 'PODS-ns:*/k8s-app=kube-dns' 10.244.1.5
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node2 ipset create PODS-shop/app=db hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add PODS-shop/app=db 10.244.1.4
# 192.168.0.0/16 with its exceptions
ip netns exec node2 ipset create 'BLOCK-192.168.0.0/16-1~gwhs6coz' hash:net family inet maxelem 1048576
ip netns exec node2 ipset add 'BLOCK-192.168.0.0/16-1~gwhs6coz' 192.168.0.0/16
ip netns exec node2 ipset add 'BLOCK-192.168.0.0/16-1~gwhs6coz' 192.168.1.0/24 nomatch
# the pods that shop/db-from-back means by a peer, wherever they are
ip netns exec node2 ipset create PODS-shop/app=back hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add PODS-shop/app=back 10.244.1.3
ip netns exec node2 ipset add PODS-shop/app=back 10.244.0.3
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create PODS-ns:team=ops/app=prometheus hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add PODS-ns:team=ops/app=prometheus 10.244.1.2
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS-ns:team/*' hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add 'PODS-ns:team/*' 10.244.1.2
ip netns exec node2 ipset add 'PODS-ns:team/*' 10.244.1.3
ip netns exec node2 ipset add 'PODS-ns:team/*' 10.244.0.3
ip netns exec node2 ipset add 'PODS-ns:team/*' 10.244.1.4
ip netns exec node2 ipset add 'PODS-ns:team/*' 10.244.0.4
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS-shop/*' hash:ip family inet maxelem 1048576
ip netns exec node2 ipset add 'PODS-shop/*' 10.244.1.3
ip netns exec node2 ipset add 'PODS-shop/*' 10.244.0.3
ip netns exec node2 ipset add 'PODS-shop/*' 10.244.1.4
ip netns exec node2 ipset add 'PODS-shop/*' 10.244.0.4
# whatever is called http over TCP
ip netns exec node2 ipset create PORT-tcp/http hash:ip,port family inet maxelem 1048576
ip netns exec node2 ipset add PORT-tcp/http 10.244.1.3,tcp:9090
ip netns exec node2 ipset add PORT-tcp/http 10.244.0.3,tcp:9090
ip netns exec node2 ipset add PORT-tcp/http 10.244.0.4,tcp:8080
# the pods of this node that are isolated for ingress
ip netns exec node2 ipset create NETPOL6-IN hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-IN fd00:10:244:1::2
ip netns exec node2 ipset add NETPOL6-IN fd00:10:244:1::4
ip netns exec node2 ipset add NETPOL6-IN fd00:10:244:1::3
# the pods of this node in monitoring that are isolated for ingress
ip netns exec node2 ipset create NETPOL6-IN-monitoring hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-IN-monitoring fd00:10:244:1::2
# the pods of this node in shop that are isolated for ingress
ip netns exec node2 ipset create NETPOL6-IN-shop hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-IN-shop fd00:10:244:1::4
ip netns exec node2 ipset add NETPOL6-IN-shop fd00:10:244:1::3
# the pods of this node that are isolated for egress
ip netns exec node2 ipset create NETPOL6-OUT hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-OUT fd00:10:244:1::2
ip netns exec node2 ipset add NETPOL6-OUT fd00:10:244:1::3
# the pods of this node in monitoring that are isolated for egress
ip netns exec node2 ipset create NETPOL6-OUT-monitoring hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-OUT-monitoring fd00:10:244:1::2
# the pods of this node in shop that are isolated for egress
ip netns exec node2 ipset create NETPOL6-OUT-shop hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-OUT-shop fd00:10:244:1::3
# the pods of this node that monitoring/closed selects
ip netns exec node2 ipset create NETPOL6-monitoring/closed hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-monitoring/closed fd00:10:244:1::2
# the pods of this node that shop/back-out selects
ip netns exec node2 ipset create NETPOL6-shop/back-out hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-shop/back-out fd00:10:244:1::3
# the pods of this node that shop/db-from-back selects
ip netns exec node2 ipset create NETPOL6-shop/db-from-back hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-shop/db-from-back fd00:10:244:1::4
# the pods of this node that shop/default-deny selects
ip netns exec node2 ipset create NETPOL6-shop/default-deny hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-shop/default-deny fd00:10:244:1::3
ip netns exec node2 ipset add NETPOL6-shop/default-deny fd00:10:244:1::4
# the pods of this node that shop/front-from-everybody selects
ip netns exec node2 ipset create 'NETPOL6-shop/front-fro~2g4echgp' hash:ip family inet6 maxelem 1048576
# the pods of this node that shop/scraped.by-prometheus selects
ip netns exec node2 ipset create 'NETPOL6-shop/scraped.b~ot3lytc5' hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add 'NETPOL6-shop/scraped.b~ot3lytc5' fd00:10:244:1::3
# the addresses by which pods on one bridge could go around the policies, if this node has isolated pods
ip netns exec node2 ipset create NETPOL6-fe80 hash:net family inet6 maxelem 1048576
ip netns exec node2 ipset add NETPOL6-fe80 fe80::/10
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS6-ns:*/k8s-app=kube-dns' hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add 'PODS6-ns:*/k8s-app=kube-dns' fd00:10:244:1::5
# the pods that shop/back-out means by a peer, wherever they are
ip netns exec node2 ipset create PODS6-shop/app=db hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add PODS6-shop/app=db fd00:10:244:1::4
# the pods that shop/db-from-back means by a peer, wherever they are
ip netns exec node2 ipset create PODS6-shop/app=back hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add PODS6-shop/app=back fd00:10:244:1::3
ip netns exec node2 ipset add PODS6-shop/app=back fd00:10:244::3
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS6-ns:team=ops/app=~dlxjfzwx' hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add 'PODS6-ns:team=ops/app=~dlxjfzwx' fd00:10:244:1::2
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS6-ns:team/*' hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add 'PODS6-ns:team/*' fd00:10:244:1::2
ip netns exec node2 ipset add 'PODS6-ns:team/*' fd00:10:244:1::3
ip netns exec node2 ipset add 'PODS6-ns:team/*' fd00:10:244::3
ip netns exec node2 ipset add 'PODS6-ns:team/*' fd00:10:244:1::4
ip netns exec node2 ipset add 'PODS6-ns:team/*' fd00:10:244::4
# the pods that shop/scraped.by-prometheus means by a peer, wherever they are
ip netns exec node2 ipset create 'PODS6-shop/*' hash:ip family inet6 maxelem 1048576
ip netns exec node2 ipset add 'PODS6-shop/*' fd00:10:244:1::3
ip netns exec node2 ipset add 'PODS6-shop/*' fd00:10:244::3
ip netns exec node2 ipset add 'PODS6-shop/*' fd00:10:244:1::4
ip netns exec node2 ipset add 'PODS6-shop/*' fd00:10:244::4
# whatever is called http over TCP
ip netns exec node2 ipset create PORT6-tcp/http hash:ip,port family inet6 maxelem 1048576
ip netns exec node2 ipset add PORT6-tcp/http fd00:10:244:1::3,tcp:9090
ip netns exec node2 ipset add PORT6-tcp/http fd00:10:244::3,tcp:9090
ip netns exec node2 ipset add PORT6-tcp/http fd00:10:244::4,tcp:8080

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
# node1 finds out whether a pod is isolated
ip netns exec node1 iptables -t filter -N NETPOL
# node1 marks what a policy lets through
ip netns exec node1 iptables -t filter -N NETPOL-ALLOW
# node1 looks for the namespace of the isolated pod
ip netns exec node1 iptables -t filter -N NETPOL-IN
# node1 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node1 iptables -t filter -N NETPOL-IN-monitoring
# node1 has what monitoring/closed lets in: nothing
ip netns exec node1 iptables -t filter -N NETPOL-IN-monitoring/closed
# node1 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node1 iptables -t filter -N NETPOL-IN-shop
# node1 has what shop/db-from-back lets in
ip netns exec node1 iptables -t filter -N NETPOL-IN-shop/db-from-back
# node1 has what shop/default-deny lets in: nothing
ip netns exec node1 iptables -t filter -N NETPOL-IN-shop/default-deny
# node1 has what shop/front-from-everybody lets in
ip netns exec node1 iptables -t filter -N 'NETPOL-IN-shop/fron~2g4echgp'
# node1 has what shop/scraped.by-prometheus lets in
ip netns exec node1 iptables -t filter -N 'NETPOL-IN-shop/scra~ot3lytc5'
# node1 looks for the namespace of the isolated pod
ip netns exec node1 iptables -t filter -N NETPOL-OUT
# node1 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node1 iptables -t filter -N NETPOL-OUT-monitoring
# node1 has what monitoring/closed lets out
ip netns exec node1 iptables -t filter -N NETPOL-OUT-monitoring/closed
# node1 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node1 iptables -t filter -N NETPOL-OUT-shop
# node1 has what shop/back-out lets out
ip netns exec node1 iptables -t filter -N NETPOL-OUT-shop/back-out
# node1 takes the mark off what may go on
ip netns exec node1 iptables -t filter -N NETPOL-PASS
# node1 finds out whether a pod is isolated
ip netns exec node1 ip6tables -t filter -N NETPOL
# node1 marks what a policy lets through
ip netns exec node1 ip6tables -t filter -N NETPOL-ALLOW
# node1 looks for the namespace of the isolated pod
ip netns exec node1 ip6tables -t filter -N NETPOL-IN
# node1 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node1 ip6tables -t filter -N NETPOL-IN-monitoring
# node1 has what monitoring/closed lets in: nothing
ip netns exec node1 ip6tables -t filter -N NETPOL-IN-monitoring/closed
# node1 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node1 ip6tables -t filter -N NETPOL-IN-shop
# node1 has what shop/db-from-back lets in
ip netns exec node1 ip6tables -t filter -N NETPOL-IN-shop/db-from-back
# node1 has what shop/default-deny lets in: nothing
ip netns exec node1 ip6tables -t filter -N NETPOL-IN-shop/default-deny
# node1 has what shop/front-from-everybody lets in
ip netns exec node1 ip6tables -t filter -N 'NETPOL-IN-shop/fron~2g4echgp'
# node1 has what shop/scraped.by-prometheus lets in
ip netns exec node1 ip6tables -t filter -N 'NETPOL-IN-shop/scra~ot3lytc5'
# node1 looks for the namespace of the isolated pod
ip netns exec node1 ip6tables -t filter -N NETPOL-OUT
# node1 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node1 ip6tables -t filter -N NETPOL-OUT-monitoring
# node1 has what monitoring/closed lets out
ip netns exec node1 ip6tables -t filter -N NETPOL-OUT-monitoring/closed
# node1 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node1 ip6tables -t filter -N NETPOL-OUT-shop
# node1 has what shop/back-out lets out
ip netns exec node1 ip6tables -t filter -N NETPOL-OUT-shop/back-out
# node1 takes the mark off what may go on
ip netns exec node1 ip6tables -t filter -N NETPOL-PASS
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
ip netns exec node1 iptables -t filter -A FORWARD -m comment --comment 'network policies' -j NETPOL
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
ip netns exec node1 ip6tables -t filter -A FORWARD -m comment --comment 'network policies' -j NETPOL
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
# node1 finds out whether a pod is isolated
ip netns exec node1 iptables -t filter -A NETPOL -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment 'replies and open connections' -j RETURN
ip netns exec node1 iptables -t filter -A NETPOL -m set --match-set NETPOL-OUT src -m comment --comment 'isolated for egress' -j NETPOL-OUT
ip netns exec node1 iptables -t filter -A NETPOL -m set --match-set NETPOL-IN dst -m comment --comment 'isolated for ingress' -j NETPOL-IN
# node1 marks what a policy lets through
ip netns exec node1 iptables -t filter -A NETPOL-ALLOW -m comment --comment allowed -j MARK --set-xmark 0x10000/0x10000
# node1 looks for the namespace of the isolated pod
ip netns exec node1 iptables -t filter -A NETPOL-IN -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node1 iptables -t filter -A NETPOL-IN -m set --match-set NETPOL-IN-monitoring dst -m comment --comment monitoring -g NETPOL-IN-monitoring
ip netns exec node1 iptables -t filter -A NETPOL-IN -m set --match-set NETPOL-IN-shop dst -m comment --comment shop -g NETPOL-IN-shop
# node1 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node1 iptables -t filter -A NETPOL-IN-monitoring -m set --match-set NETPOL-monitoring/closed dst -m comment --comment monitoring/closed -j NETPOL-IN-monitoring/closed
ip netns exec node1 iptables -t filter -A NETPOL-IN-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node1 iptables -t filter -A NETPOL-IN-monitoring -m comment --comment 'no policy of monitoring lets it in' -j DROP
# node1 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL-shop/db-from-back dst -m comment --comment shop/db-from-back -j NETPOL-IN-shop/db-from-back
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL-shop/default-deny dst -m comment --comment shop/default-deny -j NETPOL-IN-shop/default-deny
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL-shop/front-from~2g4echgp' dst -m comment --comment shop/front-from-everybody -j 'NETPOL-IN-shop/fron~2g4echgp'
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL-shop/scraped.by~ot3lytc5' dst -m comment --comment shop/scraped.by-prometheus -j 'NETPOL-IN-shop/scra~ot3lytc5'
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop -m comment --comment 'no policy of shop lets it in' -j DROP
# node1 has what shop/db-from-back lets in
ip netns exec node1 iptables -t filter -A NETPOL-IN-shop/db-from-back -p tcp -m set --match-set PODS-shop/app=back src -m tcp --dport 5432 -m comment --comment 'shop/db-from-back rule 1' -g NETPOL-ALLOW
# node1 has what shop/front-from-everybody lets in
ip netns exec node1 iptables -t filter -A 'NETPOL-IN-shop/fron~2g4echgp' -m set --match-set PORT-tcp/http dst,dst -m comment --comment 'shop/front-from-everybody rule 1' -g NETPOL-ALLOW
# node1 has what shop/scraped.by-prometheus lets in
ip netns exec node1 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p tcp -m set --match-set PODS-ns:team=ops/app=prometheus src -m tcp --dport 9000:9999 -m comment --comment 'shop/scraped.by-prometheus rule 1' -g NETPOL-ALLOW
ip netns exec node1 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS-ns:team/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
ip netns exec node1 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS-shop/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
# node1 looks for the namespace of the isolated pod
ip netns exec node1 iptables -t filter -A NETPOL-OUT -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node1 iptables -t filter -A NETPOL-OUT -m set --match-set NETPOL-OUT-monitoring src -m comment --comment monitoring -g NETPOL-OUT-monitoring
ip netns exec node1 iptables -t filter -A NETPOL-OUT -m set --match-set NETPOL-OUT-shop src -m comment --comment shop -g NETPOL-OUT-shop
# node1 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node1 iptables -t filter -A NETPOL-OUT-monitoring -m set --match-set NETPOL-monitoring/closed src -m comment --comment monitoring/closed -j NETPOL-OUT-monitoring/closed
ip netns exec node1 iptables -t filter -A NETPOL-OUT-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node1 iptables -t filter -A NETPOL-OUT-monitoring -m comment --comment 'no policy of monitoring lets it out' -j DROP
# node1 has what monitoring/closed lets out
ip netns exec node1 iptables -t filter -A NETPOL-OUT-monitoring/closed -m comment --comment 'monitoring/closed rule 1' -g NETPOL-ALLOW
# node1 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop -m set --match-set NETPOL-shop/back-out src -m comment --comment shop/back-out -j NETPOL-OUT-shop/back-out
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop -m comment --comment 'no policy of shop lets it out' -j DROP
# node1 has what shop/back-out lets out
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop/back-out -p udp -m set --match-set 'PODS-ns:*/k8s-app=kube-dns' dst -m udp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'PODS-ns:*/k8s-app=kube-dns' dst -m tcp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop/back-out -m set --match-set PODS-shop/app=db dst -m comment --comment 'shop/back-out rule 2' -g NETPOL-ALLOW
ip netns exec node1 iptables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'BLOCK-192.168.0.0/16-1~gwhs6coz' dst -m tcp --dport 443 -m comment --comment 'shop/back-out rule 3' -g NETPOL-ALLOW
# node1 takes the mark off what may go on
ip netns exec node1 iptables -t filter -A NETPOL-PASS -m comment --comment 'other rules may follow' -j MARK --set-xmark 0x0/0x10000
# node1 finds out whether a pod is isolated
ip netns exec node1 ip6tables -t filter -A NETPOL -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment 'replies and open connections' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node1 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-fe80 src -m comment --comment 'no policy knows link-local addresses' -j DROP
ip netns exec node1 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-fe80 dst -m comment --comment 'no policy knows link-local addresses' -j DROP
ip netns exec node1 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-OUT src -m comment --comment 'isolated for egress' -j NETPOL-OUT
ip netns exec node1 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-IN dst -m comment --comment 'isolated for ingress' -j NETPOL-IN
# node1 marks what a policy lets through
ip netns exec node1 ip6tables -t filter -A NETPOL-ALLOW -m comment --comment allowed -j MARK --set-xmark 0x10000/0x10000
# node1 looks for the namespace of the isolated pod
ip netns exec node1 ip6tables -t filter -A NETPOL-IN -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node1 ip6tables -t filter -A NETPOL-IN -m set --match-set NETPOL6-IN-monitoring dst -m comment --comment monitoring -g NETPOL-IN-monitoring
ip netns exec node1 ip6tables -t filter -A NETPOL-IN -m set --match-set NETPOL6-IN-shop dst -m comment --comment shop -g NETPOL-IN-shop
# node1 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-monitoring -m set --match-set NETPOL6-monitoring/closed dst -m comment --comment monitoring/closed -j NETPOL-IN-monitoring/closed
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-monitoring -m comment --comment 'no policy of monitoring lets it in' -j DROP
# node1 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL6-shop/db-from-back dst -m comment --comment shop/db-from-back -j NETPOL-IN-shop/db-from-back
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL6-shop/default-deny dst -m comment --comment shop/default-deny -j NETPOL-IN-shop/default-deny
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL6-shop/front-fro~2g4echgp' dst -m comment --comment shop/front-from-everybody -j 'NETPOL-IN-shop/fron~2g4echgp'
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL6-shop/scraped.b~ot3lytc5' dst -m comment --comment shop/scraped.by-prometheus -j 'NETPOL-IN-shop/scra~ot3lytc5'
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop -m comment --comment 'no policy of shop lets it in' -j DROP
# node1 has what shop/db-from-back lets in
ip netns exec node1 ip6tables -t filter -A NETPOL-IN-shop/db-from-back -p tcp -m set --match-set PODS6-shop/app=back src -m tcp --dport 5432 -m comment --comment 'shop/db-from-back rule 1' -g NETPOL-ALLOW
# node1 has what shop/front-from-everybody lets in
ip netns exec node1 ip6tables -t filter -A 'NETPOL-IN-shop/fron~2g4echgp' -m set --match-set PORT6-tcp/http dst,dst -m comment --comment 'shop/front-from-everybody rule 1' -g NETPOL-ALLOW
# node1 has what shop/scraped.by-prometheus lets in
ip netns exec node1 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p tcp -m set --match-set 'PODS6-ns:team=ops/app=~dlxjfzwx' src -m tcp --dport 9000:9999 -m comment --comment 'shop/scraped.by-prometheus rule 1' -g NETPOL-ALLOW
ip netns exec node1 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS6-ns:team/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
ip netns exec node1 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS6-shop/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
# node1 looks for the namespace of the isolated pod
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT -m set --match-set NETPOL6-OUT-monitoring src -m comment --comment monitoring -g NETPOL-OUT-monitoring
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT -m set --match-set NETPOL6-OUT-shop src -m comment --comment shop -g NETPOL-OUT-shop
# node1 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-monitoring -m set --match-set NETPOL6-monitoring/closed src -m comment --comment monitoring/closed -j NETPOL-OUT-monitoring/closed
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-monitoring -m comment --comment 'no policy of monitoring lets it out' -j DROP
# node1 has what monitoring/closed lets out
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-monitoring/closed -m comment --comment 'monitoring/closed rule 1' -g NETPOL-ALLOW
# node1 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop -m set --match-set NETPOL6-shop/back-out src -m comment --comment shop/back-out -j NETPOL-OUT-shop/back-out
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop -m comment --comment 'no policy of shop lets it out' -j DROP
# node1 has what shop/back-out lets out
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop/back-out -p udp -m set --match-set 'PODS6-ns:*/k8s-app=kube-dns' dst -m udp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'PODS6-ns:*/k8s-app=kube-dns' dst -m tcp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop/back-out -m set --match-set PODS6-shop/app=db dst -m comment --comment 'shop/back-out rule 2' -g NETPOL-ALLOW
ip netns exec node1 ip6tables -t filter -A NETPOL-OUT-shop/back-out -d 2001:db8::/32 -p tcp -m tcp --dport 443 -m comment --comment 'shop/back-out rule 3' -g NETPOL-ALLOW
# node1 takes the mark off what may go on
ip netns exec node1 ip6tables -t filter -A NETPOL-PASS -m comment --comment 'other rules may follow' -j MARK --set-xmark 0x0/0x10000
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
# node2 finds out whether a pod is isolated
ip netns exec node2 iptables -t filter -N NETPOL
# node2 marks what a policy lets through
ip netns exec node2 iptables -t filter -N NETPOL-ALLOW
# node2 looks for the namespace of the isolated pod
ip netns exec node2 iptables -t filter -N NETPOL-IN
# node2 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node2 iptables -t filter -N NETPOL-IN-monitoring
# node2 has what monitoring/closed lets in: nothing
ip netns exec node2 iptables -t filter -N NETPOL-IN-monitoring/closed
# node2 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node2 iptables -t filter -N NETPOL-IN-shop
# node2 has what shop/db-from-back lets in
ip netns exec node2 iptables -t filter -N NETPOL-IN-shop/db-from-back
# node2 has what shop/default-deny lets in: nothing
ip netns exec node2 iptables -t filter -N NETPOL-IN-shop/default-deny
# node2 has what shop/front-from-everybody lets in
ip netns exec node2 iptables -t filter -N 'NETPOL-IN-shop/fron~2g4echgp'
# node2 has what shop/scraped.by-prometheus lets in
ip netns exec node2 iptables -t filter -N 'NETPOL-IN-shop/scra~ot3lytc5'
# node2 looks for the namespace of the isolated pod
ip netns exec node2 iptables -t filter -N NETPOL-OUT
# node2 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node2 iptables -t filter -N NETPOL-OUT-monitoring
# node2 has what monitoring/closed lets out
ip netns exec node2 iptables -t filter -N NETPOL-OUT-monitoring/closed
# node2 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node2 iptables -t filter -N NETPOL-OUT-shop
# node2 has what shop/back-out lets out
ip netns exec node2 iptables -t filter -N NETPOL-OUT-shop/back-out
# node2 takes the mark off what may go on
ip netns exec node2 iptables -t filter -N NETPOL-PASS
# node2 finds out whether a pod is isolated
ip netns exec node2 ip6tables -t filter -N NETPOL
# node2 marks what a policy lets through
ip netns exec node2 ip6tables -t filter -N NETPOL-ALLOW
# node2 looks for the namespace of the isolated pod
ip netns exec node2 ip6tables -t filter -N NETPOL-IN
# node2 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node2 ip6tables -t filter -N NETPOL-IN-monitoring
# node2 has what monitoring/closed lets in: nothing
ip netns exec node2 ip6tables -t filter -N NETPOL-IN-monitoring/closed
# node2 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node2 ip6tables -t filter -N NETPOL-IN-shop
# node2 has what shop/db-from-back lets in
ip netns exec node2 ip6tables -t filter -N NETPOL-IN-shop/db-from-back
# node2 has what shop/default-deny lets in: nothing
ip netns exec node2 ip6tables -t filter -N NETPOL-IN-shop/default-deny
# node2 has what shop/front-from-everybody lets in
ip netns exec node2 ip6tables -t filter -N 'NETPOL-IN-shop/fron~2g4echgp'
# node2 has what shop/scraped.by-prometheus lets in
ip netns exec node2 ip6tables -t filter -N 'NETPOL-IN-shop/scra~ot3lytc5'
# node2 looks for the namespace of the isolated pod
ip netns exec node2 ip6tables -t filter -N NETPOL-OUT
# node2 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node2 ip6tables -t filter -N NETPOL-OUT-monitoring
# node2 has what monitoring/closed lets out
ip netns exec node2 ip6tables -t filter -N NETPOL-OUT-monitoring/closed
# node2 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node2 ip6tables -t filter -N NETPOL-OUT-shop
# node2 has what shop/back-out lets out
ip netns exec node2 ip6tables -t filter -N NETPOL-OUT-shop/back-out
# node2 takes the mark off what may go on
ip netns exec node2 ip6tables -t filter -N NETPOL-PASS
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
ip netns exec node2 iptables -t filter -A FORWARD -m comment --comment 'network policies' -j NETPOL
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
ip netns exec node2 ip6tables -t filter -A FORWARD -m comment --comment 'network policies' -j NETPOL
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
# node2 finds out whether a pod is isolated
ip netns exec node2 iptables -t filter -A NETPOL -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment 'replies and open connections' -j RETURN
ip netns exec node2 iptables -t filter -A NETPOL -m set --match-set NETPOL-OUT src -m comment --comment 'isolated for egress' -j NETPOL-OUT
ip netns exec node2 iptables -t filter -A NETPOL -m set --match-set NETPOL-IN dst -m comment --comment 'isolated for ingress' -j NETPOL-IN
# node2 marks what a policy lets through
ip netns exec node2 iptables -t filter -A NETPOL-ALLOW -m comment --comment allowed -j MARK --set-xmark 0x10000/0x10000
# node2 looks for the namespace of the isolated pod
ip netns exec node2 iptables -t filter -A NETPOL-IN -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node2 iptables -t filter -A NETPOL-IN -m set --match-set NETPOL-IN-monitoring dst -m comment --comment monitoring -g NETPOL-IN-monitoring
ip netns exec node2 iptables -t filter -A NETPOL-IN -m set --match-set NETPOL-IN-shop dst -m comment --comment shop -g NETPOL-IN-shop
# node2 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node2 iptables -t filter -A NETPOL-IN-monitoring -m set --match-set NETPOL-monitoring/closed dst -m comment --comment monitoring/closed -j NETPOL-IN-monitoring/closed
ip netns exec node2 iptables -t filter -A NETPOL-IN-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node2 iptables -t filter -A NETPOL-IN-monitoring -m comment --comment 'no policy of monitoring lets it in' -j DROP
# node2 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL-shop/db-from-back dst -m comment --comment shop/db-from-back -j NETPOL-IN-shop/db-from-back
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL-shop/default-deny dst -m comment --comment shop/default-deny -j NETPOL-IN-shop/default-deny
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL-shop/front-from~2g4echgp' dst -m comment --comment shop/front-from-everybody -j 'NETPOL-IN-shop/fron~2g4echgp'
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL-shop/scraped.by~ot3lytc5' dst -m comment --comment shop/scraped.by-prometheus -j 'NETPOL-IN-shop/scra~ot3lytc5'
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop -m comment --comment 'no policy of shop lets it in' -j DROP
# node2 has what shop/db-from-back lets in
ip netns exec node2 iptables -t filter -A NETPOL-IN-shop/db-from-back -p tcp -m set --match-set PODS-shop/app=back src -m tcp --dport 5432 -m comment --comment 'shop/db-from-back rule 1' -g NETPOL-ALLOW
# node2 has what shop/front-from-everybody lets in
ip netns exec node2 iptables -t filter -A 'NETPOL-IN-shop/fron~2g4echgp' -m set --match-set PORT-tcp/http dst,dst -m comment --comment 'shop/front-from-everybody rule 1' -g NETPOL-ALLOW
# node2 has what shop/scraped.by-prometheus lets in
ip netns exec node2 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p tcp -m set --match-set PODS-ns:team=ops/app=prometheus src -m tcp --dport 9000:9999 -m comment --comment 'shop/scraped.by-prometheus rule 1' -g NETPOL-ALLOW
ip netns exec node2 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS-ns:team/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
ip netns exec node2 iptables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS-shop/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
# node2 looks for the namespace of the isolated pod
ip netns exec node2 iptables -t filter -A NETPOL-OUT -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node2 iptables -t filter -A NETPOL-OUT -m set --match-set NETPOL-OUT-monitoring src -m comment --comment monitoring -g NETPOL-OUT-monitoring
ip netns exec node2 iptables -t filter -A NETPOL-OUT -m set --match-set NETPOL-OUT-shop src -m comment --comment shop -g NETPOL-OUT-shop
# node2 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node2 iptables -t filter -A NETPOL-OUT-monitoring -m set --match-set NETPOL-monitoring/closed src -m comment --comment monitoring/closed -j NETPOL-OUT-monitoring/closed
ip netns exec node2 iptables -t filter -A NETPOL-OUT-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node2 iptables -t filter -A NETPOL-OUT-monitoring -m comment --comment 'no policy of monitoring lets it out' -j DROP
# node2 has what monitoring/closed lets out
ip netns exec node2 iptables -t filter -A NETPOL-OUT-monitoring/closed -m comment --comment 'monitoring/closed rule 1' -g NETPOL-ALLOW
# node2 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop -m set --match-set NETPOL-shop/back-out src -m comment --comment shop/back-out -j NETPOL-OUT-shop/back-out
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop -m comment --comment 'no policy of shop lets it out' -j DROP
# node2 has what shop/back-out lets out
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop/back-out -p udp -m set --match-set 'PODS-ns:*/k8s-app=kube-dns' dst -m udp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'PODS-ns:*/k8s-app=kube-dns' dst -m tcp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop/back-out -m set --match-set PODS-shop/app=db dst -m comment --comment 'shop/back-out rule 2' -g NETPOL-ALLOW
ip netns exec node2 iptables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'BLOCK-192.168.0.0/16-1~gwhs6coz' dst -m tcp --dport 443 -m comment --comment 'shop/back-out rule 3' -g NETPOL-ALLOW
# node2 takes the mark off what may go on
ip netns exec node2 iptables -t filter -A NETPOL-PASS -m comment --comment 'other rules may follow' -j MARK --set-xmark 0x0/0x10000
# node2 finds out whether a pod is isolated
ip netns exec node2 ip6tables -t filter -A NETPOL -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment 'replies and open connections' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment 'neighbour discovery' -j RETURN
ip netns exec node2 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-fe80 src -m comment --comment 'no policy knows link-local addresses' -j DROP
ip netns exec node2 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-fe80 dst -m comment --comment 'no policy knows link-local addresses' -j DROP
ip netns exec node2 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-OUT src -m comment --comment 'isolated for egress' -j NETPOL-OUT
ip netns exec node2 ip6tables -t filter -A NETPOL -m set --match-set NETPOL6-IN dst -m comment --comment 'isolated for ingress' -j NETPOL-IN
# node2 marks what a policy lets through
ip netns exec node2 ip6tables -t filter -A NETPOL-ALLOW -m comment --comment allowed -j MARK --set-xmark 0x10000/0x10000
# node2 looks for the namespace of the isolated pod
ip netns exec node2 ip6tables -t filter -A NETPOL-IN -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node2 ip6tables -t filter -A NETPOL-IN -m set --match-set NETPOL6-IN-monitoring dst -m comment --comment monitoring -g NETPOL-IN-monitoring
ip netns exec node2 ip6tables -t filter -A NETPOL-IN -m set --match-set NETPOL6-IN-shop dst -m comment --comment shop -g NETPOL-IN-shop
# node2 asks each policy of monitoring that selects the pod, and drops what none lets in
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-monitoring -m set --match-set NETPOL6-monitoring/closed dst -m comment --comment monitoring/closed -j NETPOL-IN-monitoring/closed
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-monitoring -m comment --comment 'no policy of monitoring lets it in' -j DROP
# node2 asks each policy of shop that selects the pod, and drops what none lets in
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL6-shop/db-from-back dst -m comment --comment shop/db-from-back -j NETPOL-IN-shop/db-from-back
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set NETPOL6-shop/default-deny dst -m comment --comment shop/default-deny -j NETPOL-IN-shop/default-deny
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL6-shop/front-fro~2g4echgp' dst -m comment --comment shop/front-from-everybody -j 'NETPOL-IN-shop/fron~2g4echgp'
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m set --match-set 'NETPOL6-shop/scraped.b~ot3lytc5' dst -m comment --comment shop/scraped.by-prometheus -j 'NETPOL-IN-shop/scra~ot3lytc5'
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it in' -g NETPOL-PASS
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop -m comment --comment 'no policy of shop lets it in' -j DROP
# node2 has what shop/db-from-back lets in
ip netns exec node2 ip6tables -t filter -A NETPOL-IN-shop/db-from-back -p tcp -m set --match-set PODS6-shop/app=back src -m tcp --dport 5432 -m comment --comment 'shop/db-from-back rule 1' -g NETPOL-ALLOW
# node2 has what shop/front-from-everybody lets in
ip netns exec node2 ip6tables -t filter -A 'NETPOL-IN-shop/fron~2g4echgp' -m set --match-set PORT6-tcp/http dst,dst -m comment --comment 'shop/front-from-everybody rule 1' -g NETPOL-ALLOW
# node2 has what shop/scraped.by-prometheus lets in
ip netns exec node2 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p tcp -m set --match-set 'PODS6-ns:team=ops/app=~dlxjfzwx' src -m tcp --dport 9000:9999 -m comment --comment 'shop/scraped.by-prometheus rule 1' -g NETPOL-ALLOW
ip netns exec node2 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS6-ns:team/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
ip netns exec node2 ip6tables -t filter -A 'NETPOL-IN-shop/scra~ot3lytc5' -p sctp -m set --match-set 'PODS6-shop/*' src -m sctp --dport 7 -m comment --comment 'shop/scraped.by-prometheus rule 2' -g NETPOL-ALLOW
# node2 looks for the namespace of the isolated pod
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT -m comment --comment 'nothing is allowed yet' -j MARK --set-xmark 0x0/0x10000
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT -m set --match-set NETPOL6-OUT-monitoring src -m comment --comment monitoring -g NETPOL-OUT-monitoring
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT -m set --match-set NETPOL6-OUT-shop src -m comment --comment shop -g NETPOL-OUT-shop
# node2 asks each policy of monitoring that selects the pod, and drops what none lets out
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-monitoring -m set --match-set NETPOL6-monitoring/closed src -m comment --comment monitoring/closed -j NETPOL-OUT-monitoring/closed
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-monitoring -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-monitoring -m comment --comment 'no policy of monitoring lets it out' -j DROP
# node2 has what monitoring/closed lets out
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-monitoring/closed -m comment --comment 'monitoring/closed rule 1' -g NETPOL-ALLOW
# node2 asks each policy of shop that selects the pod, and drops what none lets out
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop -m set --match-set NETPOL6-shop/back-out src -m comment --comment shop/back-out -j NETPOL-OUT-shop/back-out
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop -m mark --mark 0x10000/0x10000 -m comment --comment 'a policy lets it out' -g NETPOL-PASS
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop -m comment --comment 'no policy of shop lets it out' -j DROP
# node2 has what shop/back-out lets out
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop/back-out -p udp -m set --match-set 'PODS6-ns:*/k8s-app=kube-dns' dst -m udp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop/back-out -p tcp -m set --match-set 'PODS6-ns:*/k8s-app=kube-dns' dst -m tcp --dport 53 -m comment --comment 'shop/back-out rule 1' -g NETPOL-ALLOW
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop/back-out -m set --match-set PODS6-shop/app=db dst -m comment --comment 'shop/back-out rule 2' -g NETPOL-ALLOW
ip netns exec node2 ip6tables -t filter -A NETPOL-OUT-shop/back-out -d 2001:db8::/32 -p tcp -m tcp --dport 443 -m comment --comment 'shop/back-out rule 3' -g NETPOL-ALLOW
# node2 takes the mark off what may go on
ip netns exec node2 ip6tables -t filter -A NETPOL-PASS -m comment --comment 'other rules may follow' -j MARK --set-xmark 0x0/0x10000

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
