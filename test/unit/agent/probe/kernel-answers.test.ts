import { describe, expect, it } from 'vitest';
import { decodeControl } from '../../../../src/agent/probe/error-queue.ts';
import { decodeFill, decodeNeighbour, hasServed } from '../../../../src/agent/probe/neighbour-table.ts';
import { durationText, meaningOf } from '../../../../src/agent/probe/outcome.ts';
import { decodeSocket, exactRequest } from '../../../../src/agent/probe/sock-diag.ts';
import { encodeSocketAddress } from '../../../../src/agent/probe/sockaddr.ts';

/** A control message as recvmsg(2) gives it. */
function control(level: number, type: number, data: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeBigUInt64LE(BigInt(16 + data.length), 0);
  header.writeInt32LE(level, 8);
  header.writeInt32LE(type, 12);
  return Buffer.concat([header, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function extendedError(errno: number, origin: number, type: number, code: number, info: number, by?: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(errno, 0);
  bytes.set([origin, type, code], 4);
  bytes.writeUInt32LE(info, 8);
  const offender = by === undefined ? Buffer.alloc(16) : encodeSocketAddress({ address: by, port: 0 }).subarray(0, 28);
  return Buffer.concat([bytes, offender]);
}

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + value.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

describe('decodeControl', () => {
  it('says who sent an ICMP error, and which, behind other messages', () => {
    const bytes = Buffer.concat([
      control(1, 29, Buffer.alloc(16)),
      control(0, 11, extendedError(113, 2, 3, 1, 0, '172.18.0.3')),
    ]);
    expect(decodeControl(bytes)).toEqual({
      origin: 'icmp',
      errno: 113,
      error: { family: 2, type: 3, code: 1, info: 0, by: '172.18.0.3' },
    });
  });

  it('says the same of IPv6', () => {
    expect(decodeControl(control(41, 25, extendedError(90, 3, 2, 0, 1280, 'fd00::1')))).toEqual({
      origin: 'icmp',
      errno: 90,
      error: { family: 10, type: 2, code: 0, info: 1280, by: 'fd00::1' },
    });
  });

  it("knows the sender's own errors, and makes nothing of nonsense", () => {
    expect(decodeControl(control(0, 11, extendedError(90, 1, 0, 0, 1300)))).toEqual({
      origin: 'local',
      errno: 90,
      info: 1300,
    });
    expect(decodeControl(Buffer.alloc(64))).toBeUndefined();
    expect(decodeControl(Buffer.alloc(3))).toBeUndefined();
  });
});

describe('meaningOf', () => {
  const icmp = (family: number, type: number, code: number, info = 0) =>
    meaningOf({ kind: 'icmp', error: { family, type, code, info, by: 'X' } }, 'T', 1400);

  it.each([
    [2, 3, 0, 'unroutable', 'X says: network unreachable'],
    [2, 3, 1, 'unroutable', 'X says: host unreachable'],
    [2, 3, 3, 'refused', 'X says: port unreachable'],
    [2, 3, 13, 'refused', 'X says: communication administratively prohibited'],
    [2, 11, 0, 'unroutable', 'X says: time to live exceeded, as in a routing loop'],
    [10, 1, 0, 'unroutable', 'X says: no route'],
    [10, 1, 1, 'refused', 'X says: administratively prohibited'],
    [10, 1, 4, 'refused', 'X says: port unreachable'],
    [10, 3, 0, 'unroutable', 'X says: hop limit exceeded, as in a routing loop'],
    [2, 12, 0, 'unroutable', 'X says: ICMP type 12, code 0'],
  ])('family %i, type %i, code %i is %s: %s', (family, type, code, verdict, reason) => {
    expect(icmp(family, type, code)).toEqual({ verdict, reason, by: 'X' });
  });

  it('names the MTU that is too small', () => {
    expect(icmp(2, 3, 4, 1280)).toEqual({
      verdict: 'dropped',
      reason: '1400 bytes do not fit: X says: fragmentation needed, its MTU is 1280',
      by: 'X',
    });
    expect(icmp(10, 2, 0, 1280).reason).toBe('1400 bytes do not fit: X says: packet too big, its MTU is 1280');
  });

  it('tells a reset from silence', () => {
    expect(meaningOf({ kind: 'reset' }, 'T', 0)).toEqual({
      verdict: 'refused',
      reason: 'connection refused by T',
      by: 'T',
    });
    expect(meaningOf({ kind: 'silence', waitedMs: 2000 }, 'T', 0).reason).toBe('no answer within 2 s');
    expect([300, 1500, 10_000].map(durationText)).toEqual(['300 ms', '1.5 s', '10 s']);
  });
});

describe('decodeSocket', () => {
  const message = (family: number, peer: Buffer): Buffer => {
    const bytes = Buffer.alloc(72);
    bytes[0] = family;
    bytes[1] = 1;
    bytes.writeUInt16BE(80, 4);
    bytes.writeUInt16BE(40000, 6);
    peer.copy(bytes, 24);
    return bytes;
  };

  it('gives the peer, of a dual-stack socket too', () => {
    const expected = { state: 1, localPort: 80, peer: { address: '10.0.0.1', port: 40000 } };
    expect(decodeSocket(message(2, Buffer.from([10, 0, 0, 1])), 0, 72)).toEqual(expected);
    const mapped = Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255, 10, 0, 0, 1])]);
    expect(decodeSocket(message(10, mapped), 0, 72)).toEqual(expected);
    expect(decodeSocket(Buffer.alloc(16), 0, 16)).toBeUndefined();
  });

  it('is asked for from the side of the server', () => {
    const body = exactRequest({ address: '10.0.0.1', port: 40000 }, { address: '10.0.0.2', port: 80 });
    expect(body.readUInt16BE(8)).toBe(80);
    expect([...body.subarray(12, 16), ...body.subarray(28, 32)]).toEqual([10, 0, 0, 2, 10, 0, 0, 1]);
  });
});

describe('the neighbour table', () => {
  const neighbour = (state: number, flags = 0) => {
    const body = Buffer.alloc(12);
    body[0] = 2;
    body.writeInt32LE(5, 4);
    body.writeUInt16LE(state, 8);
    body[10] = flags;
    const bytes = Buffer.concat([body, attribute(2, Buffer.alloc(6)), attribute(1, Buffer.from([10, 0, 0, 1]))]);
    return decodeNeighbour(bytes, 0, bytes.length);
  };

  it('loses only what the kernel has learned by itself and got an answer to', () => {
    const states = { reachable: 0x02, stale: 0x04, incomplete: 0x01, failed: 0x20, noarp: 0x40, permanent: 0x80 };
    const served = Object.entries(states).filter(([, state]) => {
      const one = neighbour(state);
      return one !== undefined && hasServed(one);
    });
    expect(served.map(([name]) => name)).toEqual(['reachable', 'stale']);
    const learned = neighbour(0x02, 0x10);
    expect(learned !== undefined && hasServed(learned)).toBe(false);
  });

  it('is asked to forget an entry by its interface and address', () => {
    const one = neighbour(0x02);
    expect(one?.address).toBe('10.0.0.1');
    expect(one?.removal.readInt32LE(16 + 4)).toBe(5);
    expect([...(one?.removal.subarray(-4) ?? [])]).toEqual([10, 0, 0, 1]);
  });

  it('knows how full it is', () => {
    const config = Buffer.concat([u32(0), u32(700), Buffer.alloc(24)]);
    const statistics = Buffer.alloc(88);
    statistics.writeBigUInt64LE(3n, 80);
    const bytes = Buffer.concat([
      Buffer.from([2, 0, 0, 0]),
      ...[attribute(4, u32(1024)), attribute(5, config), attribute(7, statistics)],
    ]);
    expect(decodeFill(bytes, 0, bytes.length)).toEqual({ family: 2, entries: 700, limit: 1024, overflows: 3 });
    expect(decodeFill(bytes, 0, 4)).toBeUndefined();
  });
});
