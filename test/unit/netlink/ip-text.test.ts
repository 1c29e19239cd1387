import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4Text, ipv6Text, macText } from '../../../src/netlink/ip-text.ts';

const bytesOf = (...groups: number[]): Buffer => {
  const bytes = Buffer.alloc(16);
  for (const [i, group] of groups.entries()) bytes.writeUInt16BE(group, 2 * i);
  return bytes;
};

describe('ipv6Text', () => {
  it.each<[string, number[]]>([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['fe80::', [0xfe80, 0, 0, 0, 0, 0, 0, 0]],
    ['fd00::a:0:0:1', [0xfd00, 0, 0, 0, 0xa, 0, 0, 1]],
    ['2001:db8::1:0:0:1', [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1]],
    ['2001:db8:0:1:1:1:1:1', [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['::2:3:4:5:6:7', [0, 0, 2, 3, 4, 5, 6, 7]],
    ['::ffff:10.0.0.1', [0, 0, 0, 0, 0, 0xffff, 0x0a00, 1]],
  ])('%s', (text, groups) => {
    expect(ipv6Text(bytesOf(...groups), 0)).toBe(text);
  });

  it('agrees with the URL standard, which is as canonical', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
        const text = ipv6Text(bytesOf(...groups), 0);
        expect(isIPv6(text)).toBe(true);
        if (!text.includes('.')) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });
});

it('reads addresses in the middle of a buffer', () => {
  expect(ipv4Text(Buffer.from([0, 10, 0, 255, 1]), 1)).toBe('10.0.255.1');
  expect(macText(Buffer.from([9, 2, 0, 0, 0xab, 0, 1]), 1, 7)).toBe('02:00:00:ab:00:01');
  expect(macText(Buffer.from([10, 0, 0, 1]), 0, 4)).toBeNull();
});
