import { describe, expect, it } from 'vitest';
import { readMessages } from '../../../src/linux/netlink.ts';
import { dumpRequest, readAttributes, readText, readU32, u32Attribute } from '../../../src/netlink/message.ts';

const NLM_F_MULTI = 2;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

function message(type: number, flags: number, body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  return Buffer.concat([header, body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

const read = (...messages: Buffer[]) => {
  const bytes = Buffer.concat(messages);
  return readMessages(bytes, bytes.length, (all, start, end) => all.toString('latin1', start, end), [] as string[]);
};

describe('messages', () => {
  it('are handed over one by one, padding left out', () => {
    const batch = read(message(16, NLM_F_MULTI, Buffer.from('abc')), message(16, NLM_F_MULTI, Buffer.from('defg')));
    expect(batch).toEqual({ items: ['abc', 'defg'], done: false, interrupted: false });
  });

  it('end with DONE', () => {
    expect(read(message(16, 0, Buffer.from('a')), message(NLMSG_DONE, 0, int(0))).done).toBe(true);
  });

  it('tell of a list that changed meanwhile, wherever the mark is', () => {
    expect(read(message(16, NLM_F_DUMP_INTR, Buffer.from('a'))).interrupted).toBe(true);
    expect(read(message(NLMSG_DONE, NLM_F_DUMP_INTR, int(0)))).toMatchObject({ done: true, interrupted: true });
  });

  it.each([NLMSG_ERROR, NLMSG_DONE])('of type %i throw the error that they hold', type => {
    expect(() => read(message(type, 0, int(-1)))).toThrow('EPERM');
  });

  it.each([0, 15, 1000])('of an impossible length, %i, are left alone', length => {
    const bytes = message(16, 0, Buffer.from('abcd'));
    bytes.writeUInt32LE(length, 0);
    expect(read(bytes).items).toEqual([]);
  });
});

describe('attributes', () => {
  const text = Buffer.from([7, 0, 3, 0, 0x6c, 0x6f, 0, 0]); // type 3: "lo" and its zero

  it('are found by type', () => {
    const bytes = Buffer.concat([text, u32Attribute(5, 0xfffffffe)]);
    const attributes = readAttributes(bytes, 0, bytes.length);
    expect(readText(bytes, attributes.get(3))).toBe('lo');
    expect(readU32(bytes, attributes.get(5))).toBe(0xfffffffe);
    expect(readU32(bytes, attributes.get(6))).toBeUndefined();
  });

  it('have a type without the flag for nesting', () => {
    const bytes = u32Attribute(0x8000 | 18, 1);
    expect([...readAttributes(bytes, 0, bytes.length).keys()]).toEqual([18]);
  });

  it.each([0, 3, 200])('end at one of an impossible length, %i', length => {
    const bytes = Buffer.concat([u32Attribute(1, 1), u32Attribute(2, 2)]);
    bytes.writeUInt16LE(length, 8);
    expect([...readAttributes(bytes, 0, bytes.length).keys()]).toEqual([1]);
  });
});

it('a request says its length, type and flags', () => {
  const bytes = dumpRequest(18, Buffer.alloc(16));
  expect([bytes.readUInt32LE(0), bytes.readUInt16LE(4), bytes.readUInt16LE(6)]).toEqual([32, 18, 0x301]);
});
