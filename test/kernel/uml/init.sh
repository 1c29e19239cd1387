#!/bin/sh
# PID 1 of a user-mode Linux kernel that has this machine's files as its root: everything it changes is on tmpfs.
# $NETLAB is the program, $LAB the lab; what is printed between START and END is the result.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true
echo 1 1 1 1 > /proc/sys/kernel/printk 2>/dev/null
mount -t proc proc /proc
echo 1 1 1 1 > /proc/sys/kernel/printk
mount -t sysfs sys /sys
mount -t tmpfs run /run
mount -t tmpfs tmp /mnt

# Modules are found where Debian's package puts them, without touching /lib/modules of the machine.
mkdir -p "/mnt/lib/modules"
cp -r /usr/lib/uml/modules/* /mnt/lib/modules/
depmod -b /mnt "$(uname -r)"
printf '#!/bin/sh\nexec modprobe -d /mnt "$@"\n' > /mnt/modprobe
chmod +x /mnt/modprobe
echo /mnt/modprobe > /proc/sys/kernel/modprobe

ip link set lo up
echo START
"$NODE" "$NETLAB" up "$LAB"
echo "up $?"
"$NODE" "$NETLAB" exec web -- ping -q -c 30 -i 0.05 -W 1 "$TARGET"
"$NODE" "$NETLAB" status "$LAB"
echo "status $?"
"$NODE" "$NETLAB" plan "$LAB" --format json

# The kernel's neighbour table, for some seconds full of what another network asks for. It is the whole machine's: only
# here does that disturb nobody.
table() { ip -s ntable show name arp_cache | grep -o 'table_fulls [0-9]*' | head -n 1; }
sysctl -qw net.ipv4.neigh.default.gc_thresh1=64 net.ipv4.neigh.default.gc_thresh2=128 net.ipv4.neigh.default.gc_thresh3=256
for name in web node1 node2 db; do "$NODE" "$NETLAB" exec "$name" -- ip neigh flush all; done
ip netns add crowd
ip -n crowd link add cr0 type veth peer name cr1
ip -n crowd addr add 10.99.0.1/16 dev cr0
ip -n crowd link set cr0 up
for i in 1 2; do
  for j in $(seq 1 200); do echo "neigh replace 10.99.$i.$j lladdr 02:00:00:00:00:01 nud stale dev cr0"; done
done > /mnt/crowd
(for round in 1 2 3 4 5; do
  ip -n crowd -force -batch /mnt/crowd > /dev/null 2>&1
  echo "crowded $(table)"
  sleep 1
done) &
sleep 1
"$NODE" "$NETLAB" check "$LAB" --wait 180s
echo "check $?"
echo "checked $(table)"
"$NODE" "$NETLAB" down "$LAB"
echo "down $?"
echo END
# PID 1 must not end: the machine is switched off instead.
echo o > /proc/sysrq-trigger
sleep 5
