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
"$NODE" "$NETLAB" down "$LAB"
echo "down $?"
echo END
# PID 1 must not end: the machine is switched off instead.
echo o > /proc/sysrq-trigger
sleep 5
