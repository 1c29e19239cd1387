#!/bin/sh -e
# netlab plan of lab docker: run as root; it makes network namespaces under /run/netns.

### Start node containers
# node node1 is a container that runs a Docker of its own
docker run --rm --interactive --pull never --name netlab.docker.node1 --label netlab.lab=docker --label netlab.owner=0 --hostname node1 --network none --privileged --mount type=volume,dst=/var/lib/docker,volume-label=netlab.lab=docker,volume-label=netlab.owner=0 --entrypoint sh docker:27-dind -c '(: >/etc/resolv.conf) 2>/dev/null; for m in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,rw $m 2>/dev/null; done; set -- dockerd -H unix:///run/docker.sock --bridge=none --iptables=false --ip-forward=false --ip-masq=false --live-restore; command -v dockerd-entrypoint.sh >/dev/null && set -- dockerd-entrypoint.sh "$@"; while :; do rm -f /run/docker.pid /run/docker/containerd/containerd.pid; "$@" >/run/dockerd.log 2>&1; sleep 1; done </dev/null & while read -r _; do :; done' &
# node node2 is a container that runs a Docker of its own
docker run --rm --interactive --pull never --name netlab.docker.node2 --label netlab.lab=docker --label netlab.owner=0 --hostname node2 --network none --privileged --mount type=volume,dst=/var/lib/docker,volume-label=netlab.lab=docker,volume-label=netlab.owner=0 --entrypoint sh docker:27-dind -c '(: >/etc/resolv.conf) 2>/dev/null; for m in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,rw $m 2>/dev/null; done; set -- dockerd -H unix:///run/docker.sock --bridge=none --iptables=false --ip-forward=false --ip-masq=false --live-restore; command -v dockerd-entrypoint.sh >/dev/null && set -- dockerd-entrypoint.sh "$@"; while :; do rm -f /run/docker.pid /run/docker/containerd/containerd.pid; "$@" >/run/dockerd.log 2>&1; sleep 1; done </dev/null & while read -r _; do :; done' &

### Start the pause containers of pods
# a container that does nothing keeps the network of pod idle open, on node2
docker exec netlab.docker.node2 docker run --detach --name idle --hostname idle --network none --ipc shareable --label netlab.pod=idle netlab/pause
# a container that does nothing keeps the network of pod team-a/db open, on node2
docker exec netlab.docker.node2 docker run --detach --name team-a_db --hostname db --network none --ipc shareable --label netlab.pod=team-a_db netlab/pause
# a container that does nothing keeps the network of pod web open, on node1
docker exec netlab.docker.node1 docker run --detach --name web --hostname web --network none --ipc shareable --label netlab.pod=web netlab/pause

### Make network namespaces
# switch lan is a box of its own between the nodes
ip netns add lan
# node node1 is a machine of its own: it has its own links, routes and rules
ip netns add node1
# node node2 is a machine of its own: it has its own links, routes and rules
ip netns add node2
# node outside is a machine of its own: it has its own links, routes and rules
ip netns add outside
# pod idle has its own network, shared by its containers
ip netns add idle
# pod team-a/db has its own network, shared by its containers
ip netns add team-a_db
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
# a cable: eth0 in idle, its other end beside cbr0
ip -n node2 link add name veth-idle type veth peer name eth0 netns idle
# a cable: eth0 in team-a/db, its other end beside cbr0
ip -n node2 link add name veth-team-a_db type veth peer name eth0 netns team-a_db

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
ip -n idle link set dev lo up
# idle switches eth0 on; it needs no IPv6 address of its own
ip -n idle link set dev eth0 addrgenmode none
ip -n idle link set dev eth0 up
# idle has the address 10.244.1.2
ip -n idle addr add 10.244.1.2/24 dev eth0
# whatever is not on its own subnet idle sends to cbr0 of node2 (10.244.1.1)
ip -n idle route add default via 10.244.1.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n team-a_db link set dev lo up
# team-a/db switches eth0 on; it needs no IPv6 address of its own
ip -n team-a_db link set dev eth0 addrgenmode none
ip -n team-a_db link set dev eth0 up
# team-a/db has the address 10.244.1.3
ip -n team-a_db addr add 10.244.1.3/24 dev eth0
# whatever is not on its own subnet team-a/db sends to cbr0 of node2 (10.244.1.1)
ip -n team-a_db route add default via 10.244.1.1 dev eth0
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
# idle is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-idle addrgenmode none
ip -n node2 link set dev veth-idle master cbr0 up
# team-a/db is plugged into cbr0; it needs no IPv6 address of its own
ip -n node2 link set dev veth-team-a_db addrgenmode none
ip -n node2 link set dev veth-team-a_db master cbr0 up

### Load images into nodes
# redis of pod team-a/db runs from it on node2
sh -c 'docker save "$1" | docker exec -i "$2" docker load' sh redis:7 netlab.docker.node2
# fetch of pod web runs from it on node1
sh -c 'docker save "$1" | docker exec -i "$2" docker load' sh alpine:3.20 netlab.docker.node1
# nginx of pod web runs from it on node1
sh -c 'docker save "$1" | docker exec -i "$2" docker load' sh nginx:1.27 netlab.docker.node1

### Write the files of pods
# the containers of team-a/db see this as /etc/hostname
printf %s 'db
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_db/etc/hostname
# the containers of team-a/db see this as /etc/hosts
printf %s '# written by netlab for this pod
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
10.244.1.3	db
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_db/etc/hosts
# the containers of team-a/db see this as /etc/resolv.conf
printf %s '# no name server: names are those of /etc/hosts
' | install -Dm 644 /dev/stdin /run/netlab/pods/team-a_db/etc/resolv.conf
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
# team-a/db has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go
ip netns exec team-a_db unshare --uts --ipc --mount sh -ec 'hostname db
mount --bind /run/netlab/pods/team-a_db/etc/hostname /etc/hostname
mount --bind /run/netlab/pods/team-a_db/etc/hosts /etc/hosts
mount --bind /run/netlab/pods/team-a_db/etc/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m,nr_inodes=16k shm /dev/shm
setsid sleep infinity </dev/null >/dev/null 2>&1 &
ln -sfn "/proc/$!/ns" /run/netlab/pods/team-a_db/ns
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
# fetch has to end well before the containers of web start
docker exec netlab.docker.node1 docker run --name web.fetch --network container:web --ipc container:web --pull never --log-driver json-file --log-opt max-size=1m --label netlab.pod=web --volume /run/netlab/pods/web/etc/hostname:/etc/hostname --volume /run/netlab/pods/web/etc/hosts:/etc/hosts --volume /run/netlab/pods/web/etc/resolv.conf:/etc/resolv.conf --env HOSTNAME=web --entrypoint wget alpine:3.20 -O /srv/index.html http://10.244.1.2/
# redis shares the network of pod team-a/db
docker exec netlab.docker.node2 docker run --name team-a_db.redis --network container:team-a_db --ipc container:team-a_db --pull never --log-driver json-file --log-opt max-size=1m --label netlab.pod=team-a_db --volume /run/netlab/pods/team-a_db/etc/hostname:/etc/hostname --volume /run/netlab/pods/team-a_db/etc/hosts:/etc/hosts --volume /run/netlab/pods/team-a_db/etc/resolv.conf:/etc/resolv.conf --env HOSTNAME=db redis:7 redis-server --save '' &
# nginx shares the network of pod web
docker exec netlab.docker.node1 docker run --name web.nginx --network container:web --ipc container:web --pull never --log-driver json-file --log-opt max-size=1m --label netlab.pod=web --volume /run/netlab/pods/web/etc/hostname:/etc/hostname --volume /run/netlab/pods/web/etc/hosts:/etc/hosts --volume /run/netlab/pods/web/etc/resolv.conf:/etc/resolv.conf --env HOSTNAME=web --env GREETING=hello nginx:1.27 nginx -g 'daemon off;' &
# shell shares the network of pod web
docker exec netlab.docker.node1 docker run --name web.shell --network container:web --ipc container:web --pull never --log-driver json-file --log-opt max-size=1m --label netlab.pod=web --volume /run/netlab/pods/web/etc/hostname:/etc/hostname --volume /run/netlab/pods/web/etc/hosts:/etc/hosts --volume /run/netlab/pods/web/etc/resolv.conf:/etc/resolv.conf --env HOSTNAME=web --workdir /srv --entrypoint sh alpine:3.20 -c 'sleep 1d' &
