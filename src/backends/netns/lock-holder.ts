/**
 * Who has a lock: a name comes in; out goes the process of this user that listens there, with a connection to it, or nothing.
 *
 * What counts is what the kernel says of the other end of the connection, and nothing that it says itself.
 */
import net from 'node:net';
import type { Peer } from '../../linux/peer.ts';
import { isOwnName } from './lock-names.ts';

export interface FoundHolder {
  readonly pid: number;
  /** Closes when the holder has let go or has died; undefined where it takes no further connection. */
  readonly socket: net.Socket | undefined;
}

/** `onPassOver` hears of a user who has the name and is another. */
export async function findHolder(
  name: string,
  lab: string,
  onPassOver: (uid: number) => void,
): Promise<FoundHolder | undefined> {
  const socket = net.connect({ path: name });
  const failure = await new Promise<string | undefined>(resolve => {
    socket.once('connect', () => resolve(undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  // So many wait there already that no more may; all else means that nobody listens any more.
  if (failure !== undefined)
    return failure === 'EAGAIN' && isOwnName(name, lab) ? { pid: 0, socket: undefined } : undefined;
  const peer = await readPeer(socket);
  if (peer && isOwn(peer)) return { pid: peer.pid, socket };
  socket.destroy();
  if (peer) onPassOver(peer.uid);
  return undefined;
}

export async function isOwnPeer(socket: net.Socket): Promise<boolean> {
  const peer = await readPeer(socket);
  return peer !== undefined && isOwn(peer);
}

const isOwn = ({ uid }: Peer) => uid === process.getuid?.();

/** Few netlabs ever meet another one, so the calls that it takes are loaded only then. */
async function readPeer(socket: net.Socket): Promise<Peer | undefined> {
  const { peerOf } = await import('../../linux/peer.ts');
  const fd = descriptorOf(socket);
  return fd === undefined ? undefined : peerOf(fd);
}

/** Node does not tell it otherwise. */
function descriptorOf(socket: net.Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { readonly _handle: { readonly fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
