/** Tracked connections, from bytes as the kernel writes them. */
import { expect, test } from 'vitest';
import { connectionDeletion, makeDecoder, udpDump } from '../../../src/netlink/connection.ts';
import { type Attribute, bodyOf, ipv4, ipv6, u8 } from './message-bytes.ts';

const NESTED = 0x8000;
const port = (value: number) => Buffer.from([value >> 8, value & 255]);
const nest = (type: number, ...attributes: readonly Attribute[]): Attribute => [type | NESTED, bodyOf([], attributes)];

const tuple = (type: number, from: Buffer, fromPort: number, to: Buffer, toPort: number, protocol = 17) => {
  const [source, destination] = from.length === 4 ? [1, 2] : [3, 4];
  const proto = nest(2, [1, u8(protocol)], [2, port(fromPort)], [3, port(toPort)]);
  return nest(type, nest(1, [source, from], [destination, to]), proto);
};
const decode = (family: number, ...attributes: readonly Attribute[]) => {
  const body = bodyOf([family, 0, 0, 0], attributes);
  return makeDecoder(family === 2 ? 4 : 6)(body, 0, body.length);
};

test('a flow has where it was sent to and who answers', () => {
  const [client, service, pod] = [ipv4('10.244.0.2'), ipv4('10.96.0.1'), ipv4('10.244.1.2')];
  const seen = decode(2, tuple(1, client, 4000, service, 53), tuple(2, pod, 5353, client, 4000));
  expect(seen).toMatchObject({ source: '10.244.0.2', destination: '10.96.0.1', port: 53 });
  expect(seen).toMatchObject({ answeredBy: '10.244.1.2', answeringPort: 5353 });
});

test('the kernel gets back the tuple that it has said, with its header', () => {
  const ip = ipv4('10.0.0.1');
  const named = tuple(1, ip, 4000, ip, 53);
  const bytes = bodyOf([2, 0, 0, 0], [named, tuple(2, ip, 53, ip, 4000)]);
  const request = connectionDeletion(4, { bytes, start: 0, end: bytes.length });
  expect(request.subarray(20)).toEqual(bodyOf([], [named]));
});

test('so has one of IPv6', () => {
  const [client, pod] = [ipv6('fd00::2'), ipv6('fd00::9')];
  const seen = decode(10, tuple(1, client, 1, pod, 2), tuple(2, pod, 2, client, 1));
  expect(seen).toMatchObject({ source: 'fd00::2', destination: 'fd00::9', answeredBy: 'fd00::9', answeringPort: 2 });
});

test('what is no UDP, or not whole, is passed over', () => {
  const ip = ipv4('10.0.0.1');
  expect(decode(2, tuple(1, ip, 1, ip, 2, 6), tuple(2, ip, 2, ip, 1, 6))).toBeUndefined();
  expect(decode(2, tuple(1, ip, 1, ip, 2))).toBeUndefined();
  expect(decode(10, tuple(1, ip, 1, ip, 2), tuple(2, ip, 2, ip, 1))).toBeUndefined();
});

test('the kernel is asked for UDP alone', () => expect(udpDump(4).includes(Buffer.from([5, 0, 1, 0, 17]))).toBe(true));
