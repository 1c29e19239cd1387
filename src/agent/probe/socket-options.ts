/** Options of IP sockets that go by different names in the two families. */

import { IPPROTO_TCP, setOption } from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import type { InternetFamily } from './sockaddr.ts';

const SOL_IP = 0;
const SOL_IPV6 = 41;
const IP_MTU_DISCOVER = 10;
const IP_FREEBIND = 15;
const IPV6_MTU_DISCOVER = 23;
const IPV6_DONTFRAG = 62;
const IPV6_FREEBIND = 78;
const PMTUDISC_PROBE = 3;
const TCP_REPAIR = 19;
const TCP_REPAIR_QUEUE = 20;
const TCP_QUEUE_SEQ = 21;
const TCP_SEND_QUEUE = 2;

/** Never cut into pieces, and what was learned of the way before does not count: each probe asks anew. */
export function forbidFragments(fd: number, isSix: boolean): void {
  if (!isSix) setOption(fd, SOL_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
  else {
    setOption(fd, SOL_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
    setOption(fd, SOL_IPV6, IPV6_DONTFRAG, 1);
  }
}

/**
 * The sequence number that a connection will begin with, given before it is connected: what TCP_REPAIR offers to
 * programs that restore processes. Where the kernel does not allow it, it draws a number by lot as ever.
 */
export function setSequence(fd: number, sequence: number): void {
  if (!setOption(fd, IPPROTO_TCP, TCP_REPAIR, 1)) return;
  setOption(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
  setOption(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, sequence | 0);
  setOption(fd, IPPROTO_TCP, TCP_REPAIR, 0);
}

/** Lets a socket be bound to an IPv6 address that is still being checked for duplicates. */
export function allowAnyAddress(fd: number, family: InternetFamily): void {
  if (family === AF_INET6) setOption(fd, SOL_IPV6, IPV6_FREEBIND, 1);
  else setOption(fd, SOL_IP, IP_FREEBIND, 1);
}
