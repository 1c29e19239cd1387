import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  markedPayload,
  markedSequence,
  markText,
  NONCE_LENGTH,
  readMark,
  readMarkText,
  readSequence,
} from '../../../../src/agent/probe/nonce.ts';
import { buildEcho, checksum, readEchoReply, recognise } from '../../../../src/agent/probe/packet.ts';
import {
  addressBytes,
  canonical,
  decodeSocketAddress,
  encodeSocketAddress,
} from '../../../../src/agent/probe/sockaddr.ts';
import { AF_INET, AF_INET6 } from '../../../../src/netlink/ip-text.ts';

const marks = { magic: 0xfedcba98 };
const word = fc.integer({ min: 0, max: 0xffffffff });

/** What an IP header in front of it makes of a packet. */
function inIpv4(protocol: number, source: string, payload: Buffer, options = 0): Buffer {
  const header = Buffer.alloc(20 + options);
  header[0] = 0x40 | (header.length / 4);
  header[9] = protocol;
  addressBytes(source).copy(header, 12);
  return Buffer.concat([header, payload]);
}

function inIpv6(next: number, source: string, payload: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header[6] = next;
  addressBytes(source).copy(header, 8);
  return Buffer.concat([header, payload]);
}

/** A connection's first packet, without a checksum. */
function synOf(sequence: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32BE(sequence, 4);
  bytes[13] = 2;
  return bytes;
}

describe('marks', () => {
  it('come out as they went in, in payloads, sequence numbers and text', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3000 }), (magic, id, size) => {
        const payload = markedPayload({ magic }, id, size);
        expect(payload).toHaveLength(Math.max(size, NONCE_LENGTH));
        expect(readMark({ magic }, payload, 0, payload.length)).toBe(id);
        expect(readSequence({ magic }, markedSequence({ magic }, id))).toBe(id);
        expect(readMarkText({ magic }, `User-Agent: netlab/${markText({ magic }, id)}\r\n`)).toBe(id);
      }),
    );
  });

  it('of others, or cut short, are not ours', () => {
    const payload = markedPayload(marks, 7);
    expect(readMark({ magic: 1 }, payload, 0, payload.length)).toBeUndefined();
    expect(readMark(marks, payload, 0, NONCE_LENGTH - 1)).toBeUndefined();
    expect(readMarkText(marks, 'User-Agent: curl/8')).toBeUndefined();
  });
});

describe('packets', () => {
  it('have right checksums', () => {
    // The example of RFC 1071, section 3.
    expect(checksum(Buffer.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]))).toBe(0x220d);
    expect(checksum(buildEcho(AF_INET, 7, markedPayload(marks, 7, 33)))).toBe(0);
  });

  it('are recognised behind IP headers, with options too', () => {
    const syn = synOf(markedSequence(marks, 9));
    const udp = Buffer.concat([Buffer.alloc(8), markedPayload(marks, 9)]);
    const echo = buildEcho(AF_INET, 9, markedPayload(marks, 9));
    const echo6 = buildEcho(AF_INET6, 9, markedPayload(marks, 9));
    const seen = { id: 9, source: '10.0.0.1', destination: '0.0.0.0' };
    for (const [protocol, payload] of [
      [6, syn],
      [17, udp],
      [1, echo],
    ] as const) {
      for (const options of [0, 8]) {
        const packet = inIpv4(protocol, '10.0.0.1', payload, options);
        expect(recognise(marks, packet, packet.length)).toEqual(seen);
      }
    }
    for (const [next, payload] of [
      [6, syn],
      [17, udp],
      [58, echo6],
    ] as const) {
      const packet = inIpv6(next, 'fd00::1', payload);
      expect(recognise(marks, packet, packet.length)).toEqual({ id: 9, source: 'fd00::1', destination: '::' });
    }
  });

  it('that are answers, cut short or something else are not taken for ours', () => {
    const udp = inIpv4(17, '10.0.0.1', Buffer.concat([Buffer.alloc(8), markedPayload(marks, 9)]));
    for (let length = 0; length < udp.length; length++) expect(recognise(marks, udp, length)).toBeUndefined();
    const reply = buildEcho(AF_INET, 9, markedPayload(marks, 9));
    reply[0] = 0;
    const packet = inIpv4(1, '10.0.0.2', reply);
    expect(recognise(marks, packet, packet.length)).toBeUndefined();
    expect(readEchoReply(AF_INET, marks, packet, packet.length)).toBe(9);
    const syn = synOf(markedSequence(marks, 9));
    syn[13] = 0x12;
    const synAck = inIpv4(6, '10.0.0.2', syn);
    expect(recognise(marks, synAck, synAck.length)).toBeUndefined();
  });

  it('of any content do no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), bytes => {
        const packet = Buffer.from(bytes);
        recognise(marks, packet, packet.length);
        readEchoReply(AF_INET, marks, packet, packet.length);
      }),
    );
  });
});

describe('endpoints', () => {
  it('come out in the one spelling, whatever they were written in', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 0, max: 65535 }),
        (groups, port) => {
          const text = groups.map(one => one.toString(16)).join(':');
          const address = decodeSocketAddress(encodeSocketAddress({ address: text, port }))?.address;
          expect(address).toBe(canonical(text));
          expect(addressBytes(canonical(text))).toEqual(addressBytes(text));
        },
      ),
    );
    expect(decodeSocketAddress(encodeSocketAddress({ address: '10.1.2.3', port: 80 }))).toEqual({
      address: '10.1.2.3',
      port: 80,
    });
    expect(canonical('::FFFF:10.1.2.3')).toBe('::ffff:10.1.2.3');
    expect(decodeSocketAddress(Buffer.alloc(128))).toBeUndefined();
  });
});
