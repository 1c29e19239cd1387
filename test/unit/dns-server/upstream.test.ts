/** Servers that ask each other in a circle: a question goes round once, and ends. */
import dgram from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeUpstream } from '../../../src/dns-server/upstream.ts';
import { query } from './zone-of.ts';

const socket = dgram.createSocket('udp4');

beforeAll(() => new Promise<void>(done => socket.bind(0, '127.0.0.1', done)));
afterAll(() => socket.close());

test('a question that comes again while it is open is not asked again, however it is spelt', async () => {
  const upstream = makeUpstream(socket.address().port);
  const again: Promise<Buffer | undefined>[] = [];
  let count = 0;
  socket.on('message', (raw, peer) => {
    count += 1;
    // This server asks where it was asked from, and answers when it has to.
    const circle = Buffer.from(raw.toString('latin1').replace('example', 'EXAMPLE'), 'latin1');
    again.push(upstream.ask(circle, ['127.0.0.1']), upstream.ask(circle, ['127.0.0.1']));
    const reply = Buffer.from(raw);
    reply.writeUInt16BE(0x8180, 2);
    setTimeout(() => socket.send(reply, peer.port, peer.address), 100);
  });
  const first = await upstream.ask(query('www.example.com', 'A'), ['127.0.0.1']);
  expect(first).toBeDefined();
  expect(await Promise.all(again)).toEqual([first, first]);
  expect(count).toBe(1);
  await upstream.ask(query('www.example.com', 'A'), ['127.0.0.1']);
  expect(count).toBe(2);
});
