/** The question of a gRPC probe, put to servers that answer as the protocol has it, and to others. */
import { createServer as createHttp } from 'node:http';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askHealth } from '../../../../src/kubelet/probes/grpc.ts';

const servers: Pick<Server, 'close'>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function ask(
  server: Pick<Server, 'listen' | 'close' | 'address' | 'once'>,
  service = '',
): Promise<string | undefined> {
  servers.push(server);
  await new Promise(done => server.once('listening', done).listen(0, '127.0.0.1'));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  return askHealth(socket, { host: '127.0.0.1', port, service }).finally(() => socket.destroy());
}

type Heard = (path: string, body: Buffer) => void;

/** Answers with a message and the status of the call, as servers do; where there is no message, all is in the first headers. */
function grpcServer(message: readonly number[] | undefined, status: string, heard: Heard = () => undefined) {
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      heard(String(headers[':path']), Buffer.concat(pieces));
      const head = { ':status': 200, 'content-type': 'application/grpc' };
      if (message === undefined) {
        stream.respond({ ...head, 'grpc-status': status }, { endStream: true });
        return;
      }
      stream.respond(head, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
      stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
    });
  });
  return server;
}

test('a server that serves is well, and is asked by the protocol', async () => {
  const asked: unknown[] = [];
  expect(
    await ask(
      grpcServer([8, 1], '0', (...all) => asked.push(all)),
      'shop',
    ),
  ).toBeUndefined();
  expect(asked).toEqual([
    ['/grpc.health.v1.Health/Check', Buffer.from([0, 0, 0, 0, 6, 10, 4, ...Buffer.from('shop')])],
  ]);
});

test('a long name of a service has its length in two bytes', async () => {
  const bodies: Buffer[] = [];
  await ask(
    grpcServer([8, 1], '0', (_, body) => bodies.push(body)),
    'x'.repeat(300),
  );
  expect([...(bodies[0] ?? [])].slice(0, 8)).toEqual([0, 0, 0, 1, 47, 10, 0xac, 2]);
});

test.each([
  ['NOT_SERVING', [8, 2], '0', 'the service is NOT_SERVING'],
  ['a status that is left out', [], '0', 'the service is UNKNOWN'],
  ['a service that it does not know', undefined, '5', 'the server knows no such service'],
  ['no health protocol', undefined, '12', 'the server has no grpc.health.v1.Health'],
  ['another failure', undefined, '14', 'gRPC status 14'],
  ['no status', [8, 1], '', 'gRPC status missing'],
] as const)('%s is why it is not', async (_, message, status, why) => {
  expect(await ask(grpcServer(message, status))).toBe(why);
});

test('a server of HTTP alone, and one that ends at once, are why it is not', async () => {
  expect(await ask(createHttp((_, response) => response.end('hello')))).toMatch(/^ERR_HTTP2|^ECONNRESET|^Protocol/);
  const rude = createServer();
  rude.on('session', session => session.destroy());
  expect(await ask(rude)).toEqual(expect.any(String));
});
