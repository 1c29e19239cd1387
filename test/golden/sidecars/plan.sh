#!/bin/sh -e
# netlab plan of lab sidecars: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod job has its own network, shared by its containers
ip netns add job
# pod web has its own network, shared by its containers
ip netns add web

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

### Make bridges and veth pairs
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in job, its other end beside cbr0
ip -n node1 link add name veth-job type veth peer name eth0 netns job
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
# what node1 sends to a cluster IP needs some way before rules rewrite it
ip -n node1 route add 10.96.0.0/12 dev cbr0
# a new namespace has its loopback interface switched off
ip -n job link set dev lo up
# job switches eth0 on; it needs no IPv6 address of its own
ip -n job link set dev eth0 addrgenmode none
ip -n job link set dev eth0 up
# job has the address 10.244.0.2
ip -n job addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet job sends to cbr0 of node1 (10.244.0.1)
ip -n job route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.3
ip -n web addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# job is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-job addrgenmode none
ip -n node1 link set dev veth-job master cbr0 up
ip -n node1 link set dev veth-job type bridge_slave hairpin on
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
ip -n node1 link set dev veth-web type bridge_slave hairpin on

### Set the settings of interfaces
# node1 asks for this setting
ip netns exec node1 sysctl -q -w net.ipv4.conf.cbr0.route_localnet=1

### Load iptables rules
# node1 looks here for the pod behind a host port
ip netns exec node1 iptables -t nat -N CNI-HOSTPORT-DNAT
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -N CNI-HOSTPORT-SETMARK
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -N CNI-HOSTPORT-MASQ
# the host ports of web: the destination is rewritten to the pod
ip netns exec node1 iptables -t nat -N CNI-DN-47d194b1b0906d04fddc1
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
# one endpoint of default/proxy: the destination is rewritten to it
ip netns exec node1 iptables -t nat -N KUBE-SEP-2X56TJOXASVYA3YL
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t filter -N KUBE-SERVICES
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -N KUBE-SERVICES
# one of the endpoints of default/proxy is drawn by lot
ip netns exec node1 iptables -t nat -N KUBE-SVC-6OH5JWBZ2P54AVET
# what is meant for node1 itself may be meant for a host port
ip netns exec node1 iptables -t nat -A PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
# what is meant for node1 itself may be meant for a host port
ip netns exec node1 iptables -t nat -A OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES
ip netns exec node1 iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
# node1 looks here for the pod behind a host port
ip netns exec node1 iptables -t nat -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment 'dnat name: "cbr0" id: "web"' -m multiport --dports 8080 -j CNI-DN-47d194b1b0906d04fddc1
# node1 marks what has to leave with its own address
ip netns exec node1 iptables -t nat -A CNI-HOSTPORT-SETMARK -m comment --comment 'CNI portfwd masquerade mark' -j MARK --set-xmark 0x2000/0x2000
# node1 puts its own address in place of the sender's on what bears the mark
ip netns exec node1 iptables -t nat -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
# the host ports of web: the destination is rewritten to the pod
ip netns exec node1 iptables -t nat -A CNI-DN-47d194b1b0906d04fddc1 -s 10.244.0.0/24 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK
ip netns exec node1 iptables -t nat -A CNI-DN-47d194b1b0906d04fddc1 -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK
ip netns exec node1 iptables -t nat -A CNI-DN-47d194b1b0906d04fddc1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.0.3:8080
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
# one endpoint of default/proxy: the destination is rewritten to it
ip netns exec node1 iptables -t nat -A KUBE-SEP-2X56TJOXASVYA3YL -s 10.244.0.3/32 -m comment --comment default/proxy -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SEP-2X56TJOXASVYA3YL -p tcp -m comment --comment default/proxy -m tcp -j DNAT --to-destination 10.244.0.3:8080
# node1 looks here for the Service that a packet is meant for, one rule for each address
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment 'default/proxy cluster IP' -m tcp --dport 80 -j KUBE-SVC-6OH5JWBZ2P54AVET
ip netns exec node1 iptables -t nat -A KUBE-SERVICES -m comment --comment 'kubernetes service nodeports; NOTE: this must be the last rule in this chain' -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
# one of the endpoints of default/proxy is drawn by lot
ip netns exec node1 iptables -t nat -A KUBE-SVC-6OH5JWBZ2P54AVET '!' -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m comment --comment 'default/proxy cluster IP' -m tcp --dport 80 -j KUBE-MARK-MASQ
ip netns exec node1 iptables -t nat -A KUBE-SVC-6OH5JWBZ2P54AVET -m comment --comment 'default/proxy -> 10.244.0.3:8080' -j KUBE-SEP-2X56TJOXASVYA3YL
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
ip netns exec node1 iptables -t nat -A POSTROUTING -m comment --comment 'CNI portfwd requiring masquerade' -j CNI-HOSTPORT-MASQ
ip netns exec node1 iptables -t nat -A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING

### Write the files of pods
# the containers of job see this as /etc/hostname
printf %s 'job
' | install -Dm 644 /dev/stdin /run/netlab/pods/job/etc/hostname
# the containers of job see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.0.2	job
' | install -Dm 644 /dev/stdin /run/netlab/pods/job/etc/hosts
# the containers of job see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/job/etc/resolv.conf
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
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/resolv.conf

### Start pause processes
# job has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec job unshare --uts --ipc --mount sh -ec 'hostname job
mount --bind /run/netlab/pods/job/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/job/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/job/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/job/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'
# web has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec web unshare --uts --ipc --mount sh -ec 'hostname web
mount --bind /run/netlab/pods/web/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/web/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/web/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/web/ns
mount -t tmpfs -o mode=755,nosuid,nodev,size=64m,nr_inodes=16k run /run'

### Start containers
# first has to end well before the containers of job start
nsenter --net=/run/netlab/pods/job/ns/net --uts=/run/netlab/pods/job/ns/uts --ipc=/run/netlab/pods/job/ns/ipc --mount=/run/netlab/pods/job/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=job true
# proxy has to run before the containers of web start, and ends after them
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web busybox httpd -f -p 8080 &
# log has to run before the containers of web start, and ends after them
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sleep 1d &
# migrate has to end well before the containers of web start
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web true
# once shares the network of pod job
nsenter --net=/run/netlab/pods/job/ns/net --uts=/run/netlab/pods/job/ns/uts --ipc=/run/netlab/pods/job/ns/ipc --mount=/run/netlab/pods/job/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=job true &
# again shares the network of pod job
nsenter --net=/run/netlab/pods/job/ns/net --uts=/run/netlab/pods/job/ns/uts --ipc=/run/netlab/pods/job/ns/ipc --mount=/run/netlab/pods/job/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=job sleep 1d &
# app shares the network of pod web
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sleep 1d &
