#!/bin/sh
# PID 1 of a user-mode Linux kernel that is only to show that it boots here.
echo BOOTED
mount -t proc proc /proc
echo o > /proc/sysrq-trigger
sleep 5
