/** Who is at the other end of a Unix socket, as the kernel knows it: of a listening one who called listen(2). */
import { readOption, SOL_SOCKET } from './sockets.ts';

const SO_PEERCRED = 17;

export interface Peer {
  readonly pid: number;
  readonly uid: number;
}

/** Undefined where the kernel does not say. */
export function peerOf(fd: number): Peer | undefined {
  const credentials = Buffer.alloc(12);
  if (readOption(fd, SOL_SOCKET, SO_PEERCRED, credentials) < credentials.length) return undefined;
  return { pid: credentials.readInt32LE(0), uid: credentials.readUInt32LE(4) };
}
