#!/bin/sh -e
# netlab plan of lab lab: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node outside is a machine of its own: it has its own links, routes and rules
ip netns add outside
# pod db has its own network, shared by its containers
ip netns add db
# pod team-a/log has its own network, shared by its containers
ip netns add team-a_log
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1
# node2 passes packets on between its interfaces, as a router does
ip netns exec node2 sysctl -q -w net.ipv4.ip_forward=1
# outside passes packets on between its interfaces, as a router does
ip netns exec outside sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# lan passes frames between what is plugged into it
ip -n lan link add name lan type bridge
# a cable: eth0 in node1, its other end beside lan
ip -n lan link add name veth-node1 type veth peer name eth0 netns node1
# a cable: eth0 in node2, its other end beside lan
ip -n lan link add name veth-node2 type veth peer name eth0 netns node2
# a cable: eth0 in outside, its other end beside lan
ip -n lan link add name veth-outside type veth peer name eth0 netns outside
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in web, its other end beside cbr0
ip -n node1 link add name veth-web type veth peer name eth0 netns web
# cbr0 joins the pods on node2 like a switch
ip -n node2 link add name cbr0 type bridge
# a cable: eth0 in db, its other end beside cbr0
ip -n node2 link add name veth-db type veth peer name eth0 netns db
# a cable: eth0 in team-a/log, its other end beside cbr0
ip -n node2 link add name veth-team-a_log type veth peer name eth0 netns team-a_log

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
# a new namespace has its loopback interface switched off
ip -n outside link set dev lo up
# outside switches eth0 on; it needs no IPv6 address of its own
ip -n outside link set dev eth0 addrgenmode none
ip -n outside link set dev eth0 up
# outside has the address 172.18.0.4
ip -n outside addr add 172.18.0.4/16 dev eth0
# a new namespace has its loopback interface switched off
ip -n db link set dev lo up
# db switches eth0 on; it needs no IPv6 address of its own
ip -n db link set dev eth0 addrgenmode none
ip -n db link set dev eth0 up
# db has the address 10.244.1.2
ip -n db addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet db sends to cbr0 of node2 (10.244.1.1)
ip -n db route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n team-a_log link set dev lo up
# team-a/log switches eth0 on; it needs no IPv6 address of its own
ip -n team-a_log link set dev eth0 addrgenmode none
ip -n team-a_log link set dev eth0 up
# team-a/log has the address 10.244.1.3
ip -n team-a_log addr add 10.244.1.3/24 dev eth0
# whatever is not on its own subnet team-a/log sends to cbr0 of node2 (10.244.1.1)
ip -n team-a_log route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.2
ip -n web addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# node1 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node1 addrgenmode none
ip -n lan link set dev veth-node1 master lan up
# node2 is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-node2 addrgenmode none
ip -n lan link set dev veth-node2 master lan up
# outside is plugged into lan; it needs no IPv6 address of its own
ip -n lan link set dev veth-outside addrgenmode none
ip -n lan link set dev veth-outside master lan up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up
# db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-db addrgenmode none
ip -n node2 link set dev veth-db master cbr0 up
# team-a/log is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-team-a_log addrgenmode none
ip -n node2 link set dev veth-team-a_log master cbr0 up

### Write the files of pods
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
10.244.0.2	web
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/hosts
# the containers of web see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/resolv.conf

### Start pause processes
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
# shell shares the network of pod web
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sleep 1d &
