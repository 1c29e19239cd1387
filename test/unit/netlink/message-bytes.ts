/** Netlink messages as the kernel would write them: a header's bytes and attributes come in, one message's body goes out. */

export type Attribute = readonly [type: number, value: Buffer];

export const u8 = (value: number) => Buffer.from([value]);

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export const text = (value: string) => Buffer.from(`${value}\0`);
export const ipv4 = (value: string) => Buffer.from(value.split('.').map(Number));
export const mac = (value: string) => Buffer.from(value.replaceAll(':', ''), 'hex');

/** Of `fd00::1` and the like: one run of zeros. */
export function ipv6(value: string): Buffer {
  const [before = [], after = []] = value.split('::').map(part => part.split(':').filter(Boolean));
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map(group => group.padStart(4, '0')).join(''), 'hex');
}

export function bodyOf(header: readonly number[], attributes: readonly Attribute[]): Buffer {
  const parts = attributes.map(([type, value]) => {
    const bytes = Buffer.alloc((4 + value.length + 3) & ~3);
    bytes.writeUInt16LE(4 + value.length, 0);
    bytes.writeUInt16LE(type, 2);
    value.copy(bytes, 4);
    return bytes;
  });
  return Buffer.concat([Buffer.from(header), ...parts]);
}
