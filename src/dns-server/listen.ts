/** The server's sockets: all queries to UDP and TCP port 53 are answered there. */
import dgram from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { makeDeframer, withLength } from './tcp-frame.ts';

/** Undefined where there is nothing to say. */
export type Respond = (query: Buffer, isTcp: boolean) => Promise<Buffer | undefined>;

/** A client may keep its connection for so long without asking (RFC 7766, 6.2.3). */
const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 500;
/** Of one connection: a client that asks faster than it is answered waits. */
const MOST_AT_ONCE = 100;

/** Both families through one socket where the kernel has IPv6. Resolves when all are open. */
export async function listen(port: number, respond: Respond): Promise<void> {
  const hasIpv6 = await listenUdp('udp6', '::', port, respond).then(
    () => true,
    error => (isWithoutIpv6(error) ? false : Promise.reject(error)),
  );
  if (!hasIpv6) await listenUdp('udp4', '0.0.0.0', port, respond);
  await listenTcp(hasIpv6 ? '::' : '0.0.0.0', port, respond);
}

const isWithoutIpv6 = ({ code }: NodeJS.ErrnoException) => code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';

function listenUdp(type: dgram.SocketType, address: string, port: number, respond: Respond): Promise<void> {
  const socket = dgram.createSocket(type);
  socket.on('message', async (query, client) => {
    const reply = await respond(query, false);
    // Whether it can be sent is the client's business.
    if (reply) socket.send(reply, client.port, client.address, () => undefined);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve();
    });
  });
}

function listenTcp(address: string, port: number, respond: Respond): Promise<void> {
  const server = createServer(socket => serve(socket, respond));
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject).on('error', () => undefined);
      resolve();
    });
  });
}

/** Queries of one connection are answered side by side, each when it is ready. */
function serve(socket: Socket, respond: Respond): void {
  let open = 0;
  const answer = async (query: Buffer) => {
    open += 1;
    if (open >= MOST_AT_ONCE) socket.pause();
    const reply = await respond(query, true);
    open -= 1;
    if (open < MOST_AT_ONCE) socket.resume();
    if (reply && !socket.destroyed) socket.write(withLength(reply));
  };
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on(
    'data',
    makeDeframer(query => void answer(query)),
  );
}
