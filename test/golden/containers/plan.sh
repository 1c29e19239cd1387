#!/bin/sh -e
# netlab plan of lab containers: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# pod db-0 has its own network, shared by its containers
ip netns add db-0
# pod db-1 has its own network, shared by its containers
ip netns add db-1
# pod web has its own network, shared by its containers
ip netns add web

### Set kernel settings
# node1 passes packets on between its interfaces, as a router does
ip netns exec node1 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# cbr0 joins the pods on node1 like a switch
ip -n node1 link add name cbr0 type bridge
# a cable: eth0 in db-0, its other end beside cbr0
ip -n node1 link add name veth-db-0 type veth peer name eth0 netns db-0
# a cable: eth0 in db-1, its other end beside cbr0
ip -n node1 link add name veth-db-1 type veth peer name eth0 netns db-1
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
# a new namespace has its loopback interface switched off
ip -n db-0 link set dev lo up
# db-0 switches eth0 on; it needs no IPv6 address of its own
ip -n db-0 link set dev eth0 addrgenmode none
ip -n db-0 link set dev eth0 up
# db-0 has the address 10.244.0.2
ip -n db-0 addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet db-0 sends to cbr0 of node1 (10.244.0.1)
ip -n db-0 route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n db-1 link set dev lo up
# db-1 switches eth0 on; it needs no IPv6 address of its own
ip -n db-1 link set dev eth0 addrgenmode none
ip -n db-1 link set dev eth0 up
# db-1 has the address 10.244.0.3
ip -n db-1 addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet db-1 sends to cbr0 of node1 (10.244.0.1)
ip -n db-1 route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n web link set dev lo up
# web switches eth0 on; it needs no IPv6 address of its own
ip -n web link set dev eth0 addrgenmode none
ip -n web link set dev eth0 up
# web has the address 10.244.0.4
ip -n web addr add 10.244.0.4/24 dev eth0
# whatever is not on its own subnet web sends to cbr0 of node1 (10.244.0.1)
ip -n web route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# db-0 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-db-0 addrgenmode none
ip -n node1 link set dev veth-db-0 master cbr0 up
# db-1 is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-db-1 addrgenmode none
ip -n node1 link set dev veth-db-1 master cbr0 up
# web is plugged into cbr0; it needs no IPv6 address of its own
ip -n node1 link set dev veth-web addrgenmode none
ip -n node1 link set dev veth-web master cbr0 up

### Write the files of pods
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
10.244.0.2	db-0
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-0/etc/hosts
# the containers of db-0 see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
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
10.244.0.3	db-1
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-1/etc/hosts
# the containers of db-1 see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/db-1/etc/resolv.conf
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
10.244.0.4	web
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/hosts
# the containers of web see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/web/etc/resolv.conf

### Start pause processes
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
# wait has to end well before the containers of web start
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sh -c 'until ping -c 1 10.244.0.1; do sleep 1; done'
# migrate has to end well before the containers of web start
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web true
# db shares the network of pod db-0
nsenter --net=/run/netlab/pods/db-0/ns/net --uts=/run/netlab/pods/db-0/ns/uts --ipc=/run/netlab/pods/db-0/ns/ipc --mount=/run/netlab/pods/db-0/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=db-0 nc -lk 5432 &
# db shares the network of pod db-1
nsenter --net=/run/netlab/pods/db-1/ns/net --uts=/run/netlab/pods/db-1/ns/uts --ipc=/run/netlab/pods/db-1/ns/ipc --mount=/run/netlab/pods/db-1/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=db-1 nc -lk 5432 &
# httpd shares the network of pod web
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C /srv HOME=/ HOSTNAME=web 'GREETING=it'\''s "me"' 'LINES=one
two' PORT=80 VERBOSE=true busybox httpd -f -p 80 &
# log shares the network of pod web
nsenter --net=/run/netlab/pods/web/ns/net --uts=/run/netlab/pods/web/ns/uts --ipc=/run/netlab/pods/web/ns/ipc --mount=/run/netlab/pods/web/ns/mnt -- unshare --pid --fork --kill-child --mount-proc env -C / HOME=/ HOSTNAME=web sleep 1d &
