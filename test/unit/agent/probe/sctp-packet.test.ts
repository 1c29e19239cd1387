/** First packets of SCTP: what is built is read again, with the checksum that conntrack asks for. */
import { expect, it } from 'vitest';
import { recognise } from '../../../../src/agent/probe/packet.ts';
import { buildInit, buildInitAck, crc32c, readSctp } from '../../../../src/agent/probe/sctp-packet.ts';

const PORTS = { sourcePort: 40_000, port: 80 };
const INIT = buildInit({ ...PORTS, initiateTag: 0xfedcba99 });

it('has the checksum of RFC 9260', () => {
  // The check value that every table of checksums has for CRC-32C.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  const without = Buffer.from(INIT);
  without.writeUInt32LE(0, 8);
  expect(INIT.readUInt32LE(8)).toBe(crc32c(without));
});

it('reads what it has built, and nothing that is cut short', () => {
  const tags = { verificationTag: 7, initiateTag: 9 };
  expect(readSctp(INIT, 0, INIT.length)).toEqual({
    ...{ ...PORTS, chunk: 'init', verificationTag: 0, initiateTag: 0xfedcba99 },
  });
  const answer = buildInitAck({ ...PORTS, ...tags });
  expect(readSctp(answer, 0, answer.length)).toEqual({ ...PORTS, ...tags, chunk: 'init-ack' });
  for (let end = 0; end < INIT.length; end++) expect(readSctp(INIT, 0, end)).toBeUndefined();
});

it('is recognised by its tag behind an IP header', () => {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header[9] = 132;
  header.set([10, 0, 0, 1], 12);
  const packet = Buffer.concat([header, INIT]);
  const marks = { magic: 0xfedcba98 };
  expect(recognise(marks, packet, packet.length)).toMatchObject({ id: 1, source: '10.0.0.1' });
  packet[20 + 12] = 2;
  expect(recognise(marks, packet, packet.length)).toBeUndefined();
});
