#!/bin/sh -e
# netlab plan of lab long-names: run as root; it makes network namespaces under /run/netns.

### Make network namespaces
# switch a-bridge-with-a-long-name is a box of its own between the nodes
ip netns add a-bridge-with-a-long-name
# node a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 is a machine of its own: it has its own links, routes and rules
ip netns add a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1
# pod billing-service-7d4b9c6f5d-abcde has its own network, shared by its containers
ip netns add billing-service-7d4b9c6f5d-abcde
# pod billing-service-7d4b9c6f5d-fghij has its own network, shared by its containers
ip netns add billing-service-7d4b9c6f5d-fghij
# pod payments/billing-service-7d4b9c6f5d-abcde has its own network, shared by its containers
ip netns add payments_billing-service-7d4b9c6f5d-abcde
# pod short has its own network, shared by its containers
ip netns add short

### Set kernel settings
# a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 passes packets on between its interfaces, as a router does
ip netns exec a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 sysctl -q -w net.ipv4.ip_forward=1

### Make bridges and veth pairs
# a-bridge-with-a-long-name passes frames between what is plugged into it
ip -n a-bridge-with-a-long-name link add name a-bridge-bf9dz type bridge
# a cable: storage0 in payments/billing-service-7d4b9c6f5d-abcde, its other end beside a-bridge-bf9dz
ip -n a-bridge-with-a-long-name link add name veth-paym-2rmb2 type veth peer name storage0 netns payments_billing-service-7d4b9c6f5d-abcde
# cbr0 joins the pods on a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 like a switch
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link add name cbr0 type bridge
# a cable: eth0 in billing-service-7d4b9c6f5d-abcde, its other end beside cbr0
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link add name veth-bill-dlpk6 type veth peer name eth0 netns billing-service-7d4b9c6f5d-abcde
# a cable: eth0 in billing-service-7d4b9c6f5d-fghij, its other end beside cbr0
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link add name veth-bill-9mi9n type veth peer name eth0 netns billing-service-7d4b9c6f5d-fghij
# a cable: eth0 in payments/billing-service-7d4b9c6f5d-abcde, its other end beside cbr0
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link add name veth-paym-a91zk type veth peer name eth0 netns payments_billing-service-7d4b9c6f5d-abcde
# a cable: eth0 in short, its other end beside cbr0
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link add name veth-short type veth peer name eth0 netns short

### Give addresses and routes
# a-bridge-bf9dz is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n a-bridge-with-a-long-name link set dev a-bridge-bf9dz addrgenmode none
ip -n a-bridge-with-a-long-name link set dev a-bridge-bf9dz address 0a:58:0c:b5:6a:3c up
# a new namespace has its loopback interface switched off
ip -n a-bridge-with-a-long-name link set dev lo up
# cbr0 is switched on, with a MAC address that does not change as ports come and go; it needs no IPv6 address of its own
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev cbr0 addrgenmode none
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev cbr0 address 0a:58:0a:f4:00:01 up
# a new namespace has its loopback interface switched off
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev lo up
# cbr0 has an address of its pods' subnet: it is the gateway of the pods on a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 addr add 10.244.0.1/24 dev cbr0
# a new namespace has its loopback interface switched off
ip -n billing-service-7d4b9c6f5d-abcde link set dev lo up
# billing-service-7d4b9c6f5d-abcde switches eth0 on; it needs no IPv6 address of its own
ip -n billing-service-7d4b9c6f5d-abcde link set dev eth0 addrgenmode none
ip -n billing-service-7d4b9c6f5d-abcde link set dev eth0 up
# billing-service-7d4b9c6f5d-abcde has the address 10.244.0.2
ip -n billing-service-7d4b9c6f5d-abcde addr add 10.244.0.2/24 dev eth0
# whatever is not on its own subnet billing-service-7d4b9c6f5d-abcde sends to cbr0 of a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 (10.244.0.1)
ip -n billing-service-7d4b9c6f5d-abcde route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n billing-service-7d4b9c6f5d-fghij link set dev lo up
# billing-service-7d4b9c6f5d-fghij switches eth0 on; it needs no IPv6 address of its own
ip -n billing-service-7d4b9c6f5d-fghij link set dev eth0 addrgenmode none
ip -n billing-service-7d4b9c6f5d-fghij link set dev eth0 up
# billing-service-7d4b9c6f5d-fghij has the address 10.244.0.3
ip -n billing-service-7d4b9c6f5d-fghij addr add 10.244.0.3/24 dev eth0
# whatever is not on its own subnet billing-service-7d4b9c6f5d-fghij sends to cbr0 of a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 (10.244.0.1)
ip -n billing-service-7d4b9c6f5d-fghij route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n payments_billing-service-7d4b9c6f5d-abcde link set dev lo up
# payments/billing-service-7d4b9c6f5d-abcde switches eth0 on; it needs no IPv6 address of its own
ip -n payments_billing-service-7d4b9c6f5d-abcde link set dev eth0 addrgenmode none
ip -n payments_billing-service-7d4b9c6f5d-abcde link set dev eth0 up
# payments/billing-service-7d4b9c6f5d-abcde switches storage0 on; it needs no IPv6 address of its own
ip -n payments_billing-service-7d4b9c6f5d-abcde link set dev storage0 addrgenmode none
ip -n payments_billing-service-7d4b9c6f5d-abcde link set dev storage0 up
# payments/billing-service-7d4b9c6f5d-abcde has the address 10.244.0.4
ip -n payments_billing-service-7d4b9c6f5d-abcde addr add 10.244.0.4/24 dev eth0
# payments/billing-service-7d4b9c6f5d-abcde has the address 10.9.0.5
ip -n payments_billing-service-7d4b9c6f5d-abcde addr add 10.9.0.5/24 dev storage0
# whatever is not on its own subnet payments/billing-service-7d4b9c6f5d-abcde sends to cbr0 of a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 (10.244.0.1)
ip -n payments_billing-service-7d4b9c6f5d-abcde route add default via 10.244.0.1 dev eth0
# a new namespace has its loopback interface switched off
ip -n short link set dev lo up
# short switches eth0 on; it needs no IPv6 address of its own
ip -n short link set dev eth0 addrgenmode none
ip -n short link set dev eth0 up
# short has the address 10.244.0.5
ip -n short addr add 10.244.0.5/24 dev eth0
# whatever is not on its own subnet short sends to cbr0 of a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 (10.244.0.1)
ip -n short route add default via 10.244.0.1 dev eth0

### Plug veth ends into bridges
# payments/billing-service-7d4b9c6f5d-abcde is plugged into a-bridge-bf9dz; it needs no IPv6 address of its own
ip -n a-bridge-with-a-long-name link set dev veth-paym-2rmb2 addrgenmode none
ip -n a-bridge-with-a-long-name link set dev veth-paym-2rmb2 master a-bridge-bf9dz up
# billing-service-7d4b9c6f5d-abcde is plugged into cbr0; it needs no IPv6 address of its own
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-bill-dlpk6 addrgenmode none
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-bill-dlpk6 master cbr0 up
# billing-service-7d4b9c6f5d-fghij is plugged into cbr0; it needs no IPv6 address of its own
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-bill-9mi9n addrgenmode none
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-bill-9mi9n master cbr0 up
# payments/billing-service-7d4b9c6f5d-abcde is plugged into cbr0; it needs no IPv6 address of its own
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-paym-a91zk addrgenmode none
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-paym-a91zk master cbr0 up
# short is plugged into cbr0; it needs no IPv6 address of its own
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-short addrgenmode none
ip -n a-node-with-a-name-as-long-as-kubernetes-allows-it-to-be-right1 link set dev veth-short master cbr0 up
