#!/bin/sh -e
# netlab plan of lab near-endpoints: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node a1 is a machine of its own: it has its own links, routes and rules
ip netns add a1
# node b1 is a machine of its own: it has its own links, routes and rules
ip netns add b1
# pod db has its own network, shared by its containers
ip netns add db
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# a1 passes packets on between its interfaces, as a router does
ip netns exec a1 sysctl -q -w net.ipv4.ip_forward=1
# a1 asks for this setting
ip netns exec a1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# a1 asks for this setting
ip netns exec a1 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# a1 asks for this setting
ip netns exec a1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# a1 asks for this setting
ip netns exec a1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600
# b1 passes packets on between its interfaces, as a router does
ip netns exec b1 sysctl -q -w net.ipv4.ip_forward=1
# b1 asks for this setting
ip netns exec b1 sysctl -q -w net.bridge.bridge-nf-call-iptables=1
# b1 asks for this setting
ip netns exec b1 sysctl -q -w net.ipv4.conf.all.route_localnet=1
# b1 asks for this setting
ip netns exec b1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established=86400
# b1 asks for this setting
ip netns exec b1 sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=3600

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in a1, its other end beside lan
ip -n lan link add name veth-a1 type veth peer name eth0 netns a1
# a cable: eth0 in b1, its other end beside lan
ip -n lan link add name veth-b1 type veth peer name eth0 netns b1
# cbr0 joins the pods on a1 like a switch
ip -n a1 link add name cbr0 type bridge
# a cable: eth0 in db, its other end beside cbr0
ip -n a1 link add name veth-db type veth peer name eth0 netns db
# cbr0 joins the pods on b1 like a switch
ip -n b1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n b1 link add name veth-web type veth peer name eth0 netns web

### Give addresses and routes
# lan is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n lan link set dev lan addrgenmode none
ip -n lan link set dev lan address 0a:58:56:60:80:10 up
# a new namespace has its loopback interface switched off
ip -n lan link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n a1 link set dev cbr0 addrgenmode none
ip -n a1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n a1 link set dev lo up
# a1 switches eth0 on; it needs no IPv6 address of its own
ip -n a1 link set dev eth0 addrgenmode none
ip -n a1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on a1
ip -n a1 addr add 10.244.0.1/24 dev cbr0
# a1 has the address 172.18.0.2
ip -n a1 addr add 172.18.0.2/16 dev eth0
# a1 reaches 10.244.1.0/24 through b1 (172.18.0.3)
ip -n a1 route add 10.244.1.0/24 via 172.18.0.3 dev eth0
# what a1 sends to a cluster IP needs some way before rules rewrite it
ip -n a1 route add 10.96.0.0/12 dev eth0
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n b1 link set dev cbr0 addrgenmode none
ip -n b1 link set dev cbr0 address 0a:58:0a:f4:01:01 up
# a new namespace has its loopback interface switched off
ip -n b1 link set dev lo up
# b1 switches eth0 on; it needs no IPv6 address of its own
ip -n b1 link set dev eth0 addrgenmode none
ip -n b1 link set dev eth0 up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on b1
ip -n b1 addr add 10.244.1.1/24 dev cbr0
# b1 has the address 172.18.0.3
ip -n b1 addr add 172.18.0.3/16 dev eth0
# b1 reaches 10.244.0.0/24 through a1 (172.18.0.2)
ip -n b1 route add 10.244.0.0/24 via 172.18.0.2 dev eth0
# what b1 sends to a cluster IP needs some way before rules rewrite it
ip -n b1 route add 10.96.0.0/12 dev eth0
# a new namespace has its loopback interface switched off
ip -n db link set dev lo up
# db switches eth0 on; it needs no IPv6 address of its own
ip -n db link set dev eth0 addrgenmode none
ip -n db link set dev eth0 up
# db has the address 10.244.0.2
ip -n db addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet db sends to cbr0 of a1 (10.244.0.1)
ip -n db route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.1.2
ip -n web addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of b1 (10.244.1.1)
ip -n web route add default via 10.244.1.1 dev eth0

### Plug veth ends into bridges
# a1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-a1 addrgenmode none
ip -n lan link set dev veth-a1 master lan up
# b1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-b1 addrgenmode none
ip -n lan link set dev veth-b1 master lan up
# db is plugged into cbr0; it needs no IPv6 address of its own
ip -n a1 link set dev veth-db addrgenmode none
ip -n a1 link set dev veth-db master cbr0 up
ip -n a1 link set dev veth-db type bridge_slave hairpin on
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n b1 link set dev veth-web addrgenmode none
ip -n b1 link set dev veth-web master cbr0 up
ip -n b1 link set dev veth-web type bridge_slave hairpin on

### Load iptables rules
# a1 refuses what comes from outside for a Service that nobody answers for
ip netns exec a1 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# a1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec a1 iptables -t filter -N KUBE-FIREWALL
# a1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec a1 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec a1 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec a1 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec a1 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec a1 iptables -t nat -N KUBE-KUBELET-CANARY
# a1 marks what has to leave with its own address
ip netns exec a1 iptables -t nat -N KUBE-MARK-MASQ
# a1 looks here for the Service behind a port of its own
ip netns exec a1 iptables -t filter -N KUBE-NODEPORTS
# a1 looks here for the Service behind a port of its own
ip netns exec a1 iptables -t nat -N KUBE-NODEPORTS
# a1 puts its own address in place of the sender's on what bears the mark
ip netns exec a1 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec a1 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec a1 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec a1 iptables -t nat -N KUBE-PROXY-CANARY
# a1 drops what a load balancer's source ranges do not allow
ip netns exec a1 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/cache: the destination is rewritten to it
ip netns exec a1 iptables -t nat -N KUBE-SEP-NAPXX7F5OQILKEF6
# a1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec a1 iptables -t filter -N KUBE-SERVICES
# a1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec a1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/cache is drawn by lot
ip netns exec a1 iptables -t nat -N KUBE-SVC-6AXP6HFD3SD6EFW3
# a1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec a1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# a1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec a1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec a1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec a1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# a1 marks what has to leave with its own address
ip netns exec a1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# a1 puts its own address in place of the sender's on what bears the mark
ip netns exec a1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec a1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec a1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/cache: the destination is rewritten to it
ip netns exec a1 iptables -t nat -A KUBE-SEP-NAPXX7F5OQILKEF6 -s 172.18.9.1/32 -m comment --comment default/cache -j KUBE-MARK-MASQ
ip netns exec a1 iptables -t nat -A KUBE-SEP-NAPXX7F5OQILKEF6 -p tcp -m comment --comment default/cache -m tcp -j DNAT --to-destination 172.18.9.1:6379
# a1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec a1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.70/32 -p tcp -m comment --comment 'default/cache cluster IP' -m tcp --dport 6379 -j KUBE-SVC-6AXP6HFD3SD6EFW3
ip netns exec a1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/cache is drawn by lot
ip netns exec a1 iptables -t nat -A KUBE-SVC-6AXP6HFD3SD6EFW3 '!' -s 10.244.0.0/16 -d 10.96.0.70/32 -p tcp -m comment --comment 'default/cache cluster IP' -m tcp --dport 6379 -j KUBE-MARK-MASQ
ip netns exec a1 iptables -t nat -A KUBE-SVC-6AXP6HFD3SD6EFW3 -m comment --comment 'default/cache -> 172.18.9.1:6379' -j KUBE-SEP-NAPXX7F5OQILKEF6
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec a1 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec a1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec a1 iptables -t filter -A INPUT -j KUBE-FIREWALL
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec a1 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec a1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec a1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec a1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec a1 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# a1 sends packets on to kube-proxy's chains
ip netns exec a1 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING
# b1 refuses what comes from outside for a Service that nobody answers for
ip netns exec b1 iptables -t filter -N KUBE-EXTERNAL-SERVICES
# b1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec b1 iptables -t filter -N KUBE-FIREWALL
# b1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec b1 iptables -t filter -N KUBE-FORWARD
# by this empty chain other programs see which variant of iptables kubelet uses
ip netns exec b1 iptables -t mangle -N KUBE-IPTABLES-HINT
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec b1 iptables -t mangle -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec b1 iptables -t filter -N KUBE-KUBELET-CANARY
# while this empty chain is there, kubelet knows that nobody has flushed its rules
ip netns exec b1 iptables -t nat -N KUBE-KUBELET-CANARY
# b1 marks what has to leave with its own address
ip netns exec b1 iptables -t nat -N KUBE-MARK-MASQ
# b1 looks here for the Service behind a port of its own
ip netns exec b1 iptables -t filter -N KUBE-NODEPORTS
# b1 looks here for the Service behind a port of its own
ip netns exec b1 iptables -t nat -N KUBE-NODEPORTS
# b1 puts its own address in place of the sender's on what bears the mark
ip netns exec b1 iptables -t nat -N KUBE-POSTROUTING
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec b1 iptables -t mangle -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec b1 iptables -t filter -N KUBE-PROXY-CANARY
# while this empty chain is there, kube-proxy knows that nobody has flushed its rules
ip netns exec b1 iptables -t nat -N KUBE-PROXY-CANARY
# b1 drops what a load balancer's source ranges do not allow
ip netns exec b1 iptables -t filter -N KUBE-PROXY-FIREWALL
# one endpoint of default/cache: the destination is rewritten to it
ip netns exec b1 iptables -t nat -N KUBE-SEP-A4U4UCELWNMSAVIJ
# b1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec b1 iptables -t filter -N KUBE-SERVICES
# b1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec b1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/cache is drawn by lot
ip netns exec b1 iptables -t nat -N KUBE-SVC-6AXP6HFD3SD6EFW3
# b1 lets nobody else reach what listens on 127.0.0.1 only
ip netns exec b1 iptables -t filter -A KUBE-FIREWALL '!' -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment 'block incoming localnet connections' -m conntrack '!' --ctstate RELATED,ESTABLISHED,DNAT -j DROP
# b1 forwards what belongs to a Service, also where its policy is to drop
ip netns exec b1 iptables -t filter -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
ip netns exec b1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding rules' -m mark --mark 0x4000/0x4000 -j ACCEPT
ip netns exec b1 iptables -t filter -A KUBE-FORWARD -m comment --comment 'kubernetes forwarding conntrack rule' -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
# b1 marks what has to leave with its own address
ip netns exec b1 iptables -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
# b1 puts its own address in place of the sender's on what bears the mark
ip netns exec b1 iptables -t nat -A KUBE-POSTROUTING -m mark '!' --mark 0x4000/0x4000 -j RETURN
ip netns exec b1 iptables -t nat -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
ip netns exec b1 iptables -t nat -A KUBE-POSTROUTING -m comment --comment 'kubernetes service traffic requiring SNAT' -j MASQUERADE --random-fully
# one endpoint of default/cache: the destination is rewritten to it
ip netns exec b1 iptables -t nat -A KUBE-SEP-A4U4UCELWNMSAVIJ -s 172.18.9.2/32 -m comment --comment default/cache -j KUBE-MARK-MASQ
ip netns exec b1 iptables -t nat -A KUBE-SEP-A4U4UCELWNMSAVIJ -p tcp -m comment --comment default/cache -m tcp -j DNAT --to-destination 172.18.9.2:6379
# b1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec b1 iptables -t nat -A KUBE-SERVICES -d 10.96.0.70/32 -p tcp -m comment --comment 'default/cache cluster IP' -m tcp --dport 6379 -j KUBE-SVC-6AXP6HFD3SD6EFW3
ip netns exec b1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/cache is drawn by lot
ip netns exec b1 iptables -t nat -A KUBE-SVC-6AXP6HFD3SD6EFW3 '!' -s 10.244.0.0/16 -d 10.96.0.70/32 -p tcp -m comment --comment 'default/cache cluster IP' -m tcp --dport 6379 -j KUBE-MARK-MASQ
ip netns exec b1 iptables -t nat -A KUBE-SVC-6AXP6HFD3SD6EFW3 -m comment --comment 'default/cache -> 172.18.9.2:6379' -j KUBE-SEP-A4U4UCELWNMSAVIJ
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec b1 iptables -t filter -A INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS
ip netns exec b1 iptables -t filter -A INPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
ip netns exec b1 iptables -t filter -A INPUT -j KUBE-FIREWALL
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec b1 iptables -t filter -A FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD
ip netns exec b1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec b1 iptables -t filter -A FORWARD -m conntrack --ctstate NEW -m comment --comment 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL
ip netns exec b1 iptables -t filter -A OUTPUT -m conntrack --ctstate NEW -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec b1 iptables -t filter -A OUTPUT -j KUBE-FIREWALL
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
# b1 sends packets on to kube-proxy's chains
ip netns exec b1 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING

### Write the files of pods
# the containers of db see this as /etc/hostname
printf %s 'db
' | install -Dm 644 /dev/stdin /run/netlab/pods/db/etc/hostname
# the containers of db see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.2	db
' | install -Dm 644 /dev/stdin /run/netlab/pods/db/etc/hosts
# the containers of db see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/db/etc/resolv.conf

### Start pause processes
# db has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec db unshare --uts --ipc --mount sh -ec 'hostname db
mount --bind /run/netlab/pods/db/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/db/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/db/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/db/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'

### Start containers
# db shares the network of pod db
nsenter --net=/run/netlab/pods/db/ns/net --uts=/run/netlab/pods/db/ns/uts --ipc=/run/netlab/pods/db/ns/ipc --mount=/run/netlab/pods/db/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=db sleep 1d &
