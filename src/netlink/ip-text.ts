/** Addresses as text: the kernel's bytes come in, the one canonical spelling goes out (RFC 5952 for IPv6). */

export const AF_INET = 2;
export const AF_INET6 = 10;

/** The text of the 4 or 16 bytes at `at`. */
export function addressText(family: number, bytes: Buffer, at: number): string {
  return family === AF_INET ? ipv4Text(bytes, at) : ipv6Text(bytes, at);
}

export function ipv4Text(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

export function ipv6Text(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i));
  const run = longestZeroRun(groups);
  if (run.start === 0 && run.length === 5 && groups[5] === 0xffff) return `::ffff:${ipv4Text(bytes, at + 12)}`;
  const hex = groups.map(group => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** `02:00:00:00:00:01`; null for what is no Ethernet address, such as a tunnel's. */
export function macText(bytes: Buffer, at: number, end: number): string | null {
  if (end - at !== 6) return null;
  return bytes.toString('hex', at, end).replace(/..(?=.)/g, '$&:');
}

/** Where the longest run of zero groups is; the first one of several (RFC 5952, section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  });
  return best;
}
