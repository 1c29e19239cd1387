/**
 * Rules in words, in the order in which `iptables-save` prints them (addresses, protocol, then matches as they were
 * given), so that they compare with what the kernel has without having been loaded before.
 */

export type Words = readonly string[];

export const comment = (text: string): Words => ['-m', 'comment', '--comment', text];
export const jump = (target: string): Words => ['-j', target];

/** A single address. */
export const host = (ip: string) => `${ip}/${ip.includes(':') ? 128 : 32}`;
