import { expect, it } from 'vitest';
import { sysctlPath } from '../../../src/agent/sysctl.ts';
import { exitCode } from '../../../src/linux/spawn.ts';
import { isKernelDefault } from '../../../src/netlink/address.ts';

it.each([
  ['net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net/ipv4/ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/100.rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter'],
  ['net/ipv4/conf/eth0.100/rp_filter', '/proc/sys/net/ipv4/conf/eth0.100/rp_filter'],
])('sysctl %s is %s', (name, path) => {
  expect(sysctlPath(name)).toBe(path);
});

it.each([
  [0, 0],
  [3 << 8, 3],
  [9, 137],
  [0x8b, 139], // SIGSEGV, and a core was written
])('wait status %i is code %i', (status, code) => {
  expect(exitCode(status)).toBe(code);
});

it.each([
  ['127.0.0.1/8', true, null, true],
  ['::1/128', true, null, true],
  ['10.0.0.1/8', true, null, false],
  ['fe80::d415:d5ff:feed:1/64', false, 'd6:15:d5:ed:00:01', true],
  ['fe80::1/64', false, 'd6:15:d5:ed:00:01', false],
])('%s is the kernel’s own: %s, %s -> %s', (address, loopback, mac, expected) => {
  expect(isKernelDefault(address, loopback, mac)).toBe(expected);
});
