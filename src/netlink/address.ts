/** Addresses of interfaces: RTM_NEWADDR messages come in, addresses go out with their interface still a number. */
import { AF_INET, AF_INET6, addressText } from './ip-text.ts';
import { dumpRequest, readAttributes, readU32 } from './message.ts';

export interface RawAddress {
  /** `10.244.0.2/24` */
  readonly address: string;
  /** Of a point-to-point address, which has the prefix length of the other end: `10.9.9.9/32`. */
  readonly peer?: string;
  /** `global`, `link`, `host`, ... */
  readonly scope: string;
  /** Whether the kernel or a router made it (IPv6 autoconfiguration), not a person. */
  readonly dynamic: boolean;
  /** Whether it is taken as a source only where somebody asks for it (RFC 4862): its preferred lifetime is over. */
  readonly deprecated: boolean;
  readonly index: number;
}

const RTM_GETADDR = 22;
const IFADDRMSG = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
const IFA_PROTO = 11;
const IFA_F_DEPRECATED = 0x20;
const IFA_F_PERMANENT = 0x80;
const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' };

export const ADDRESS_DUMP = dumpRequest(RTM_GETADDR, Buffer.alloc(IFADDRMSG));

export function decodeAddress(bytes: Buffer, start: number, end: number): RawAddress | undefined {
  const family = bytes[start] ?? 0;
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const attributes = readAttributes(bytes, start + IFADDRMSG, end);
  // On a point-to-point link IFA_ADDRESS is the other end.
  const [local, far] = [attributes.get(IFA_LOCAL), attributes.get(IFA_ADDRESS)];
  const span = local ?? far;
  if (span === undefined) return undefined;
  const textOf = ({ at }: { readonly at: number }) => `${addressText(family, bytes, at)}/${bytes[start + 1]}`;
  const peer = local && far && textOf(far) !== textOf(local) ? textOf(far) : undefined;
  const scope = bytes[start + 3] ?? 0;
  const flags = readU32(bytes, attributes.get(IFA_FLAGS)) ?? bytes[start + 2] ?? 0;
  const origin = attributes.get(IFA_PROTO);
  return {
    index: bytes.readUInt32LE(start + 4),
    address: textOf(span),
    ...(peer === undefined ? {} : { peer }),
    scope: SCOPES[scope] ?? String(scope),
    deprecated: (flags & IFA_F_DEPRECATED) !== 0,
    dynamic: (flags & IFA_F_PERMANENT) === 0 || (origin !== undefined && madeByKernel(bytes[origin.at] ?? 0)),
  };
}

/** IFAPROT_KERNEL_LO, _RA and _LL. Kernels before 5.18 say nothing of an address' origin. */
function madeByKernel(origin: number): boolean {
  return origin >= 1 && origin <= 3;
}

/** What an older kernel gives an interface by itself: the loopback addresses, and fe80:: with the interface's MAC. */
export function isKernelDefault(address: string, loopback: boolean, mac: string | null): boolean {
  if (loopback) return address === '127.0.0.1/8' || address === '::1/128';
  return mac !== null && address === `${linkLocalOf(mac)}/64`;
}

/** The EUI-64 link-local address of an Ethernet address (RFC 4291, appendix A). */
function linkLocalOf(mac: string): string {
  const m = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const bytes = Buffer.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (m[0] ?? 0) ^ 2, m[1] ?? 0, m[2] ?? 0, 0xff, 0xfe, 0, 0, 0]);
  m.copy(bytes, 13, 3);
  return addressText(AF_INET6, bytes, 0);
}
