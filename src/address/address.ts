/**
 * IPv4 and IPv6 arithmetic: text in, numbers out and back. Knows nothing of labs.
 *
 * Parsing and canonical text (RFC 5952 for IPv6) are `ip-address`'s; what is here is the little algebra of subnets that
 * a lab needs, the same for both families.
 */
import { Address4, Address6 } from 'ip-address';

export type Family = 4 | 6;

export interface Ip {
  readonly family: Family;
  readonly value: bigint;
}

export interface Subnet {
  readonly family: Family;
  /** The first address; all host bits are zero. */
  readonly base: bigint;
  readonly prefix: number;
}

/** An interface's address: where it is and which subnet it is in. */
export interface Host {
  readonly ip: Ip;
  readonly subnet: Subnet;
}

/** From the first to the last address, both included. */
export interface IpRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;

export function familyBits(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** Of an address or a subnet that is known to be good. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

/** `10.0.0.1` of `10.0.0.1/24`. */
export function withoutPrefix(address: string): string {
  return address.slice(0, address.indexOf('/'));
}

/** `10.0.0.1`, `fd00::1`; undefined for anything else: leading zeros, zones and IPv4 written inside IPv6 included. */
export function parseIp(text: string): Ip | undefined {
  if (IPV4.test(text) && !text.endsWith('.')) return { family: 4, value: new Address4(text).bigInt() };
  if (!text.includes(':') || /[^0-9a-fA-F:]/.test(text) || !Address6.isValid(text)) return undefined;
  return { family: 6, value: new Address6(text).bigInt() };
}

/** `10.0.0.1/24`, `fd00::1/64`: an address together with the subnet it is in. */
export function parseHost(text: string): Host | undefined {
  const [address = '', length = '', rest] = text.split('/');
  const ip = parseIp(address);
  if (!ip || rest !== undefined || !PREFIX.test(length)) return undefined;
  const prefix = Number(length);
  return prefix > familyBits(ip.family) ? undefined : { ip, subnet: subnetOf(ip, prefix) };
}

export function subnetOf(ip: Ip, prefix: number): Subnet {
  const hostBits = BigInt(familyBits(ip.family) - prefix);
  return { family: ip.family, base: (ip.value >> hostBits) << hostBits, prefix };
}

export function formatIp({ family, value }: Ip): string {
  return family === 4 ? formatIpv4(Number(value)) : Address6.fromBigInt(value).correctForm();
}

function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatIp({ family: subnet.family, value: subnet.base })}/${subnet.prefix}`;
}

export function formatHost(host: Host): string {
  return `${formatIp(host.ip)}/${host.subnet.prefix}`;
}

/** How many addresses the subnet spans, the first and last included. */
export function subnetSize(subnet: Subnet): bigint {
  return 1n << BigInt(familyBits(subnet.family) - subnet.prefix);
}

export function rangeOf(subnet: Subnet): IpRange {
  return { family: subnet.family, first: subnet.base, last: subnet.base + subnetSize(subnet) - 1n };
}

export function contains(subnet: Subnet, ip: Ip): boolean {
  if (subnet.family !== ip.family) return false;
  return (subnet.base ^ ip.value) >> BigInt(familyBits(ip.family) - subnet.prefix) === 0n;
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  const [wide, narrow] = a.prefix <= b.prefix ? [a, b] : [b, a];
  return contains(wide, { family: narrow.family, value: narrow.base });
}

/** Whether `inner` lies wholly within `outer`. */
export function covers(outer: Subnet, inner: Subnet): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

export function ipAt(subnet: Subnet, offset: bigint): Ip {
  return { family: subnet.family, value: subnet.base + offset };
}

/**
 * Whether an interface may have this address: not the subnet's own first address and, for IPv4, not its broadcast
 * address. Subnets of two addresses or one (RFC 3021, RFC 6164) have neither.
 */
export function isUsable({ ip, subnet }: Host): boolean {
  if (familyBits(ip.family) - subnet.prefix < 2) return true;
  if (ip.value === subnet.base) return false;
  return ip.family === 6 || ip.value !== subnet.base + subnetSize(subnet) - 1n;
}

export function defaultSubnet(family: Family): Subnet {
  return { family, base: 0n, prefix: 0 };
}
