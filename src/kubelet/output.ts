/**
 * What a container writes: a named pipe that it holds open itself, so that nothing is lost while no kubelet reads. It goes
 * into the container's log, no faster than that can take it.
 */
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import * as libc from '../linux/libc.ts';
import { outputPath } from '../memory/folders.ts';
import { containerFolder } from '../state/pod-folder.ts';
import { type LogFile, openLogFile } from './log-file.ts';

/** A container whose log grows faster than this waits, as at any pipe that is read slowly. */
const BYTES_PER_TURN = 256 * 1024;
const TURN_MS = 100;

export interface Output {
  /** Runs `start` with a file descriptor for the child's standard output. */
  withChildEnd<T>(start: (fd: number) => T): T;
  /** A line of netlab's own. */
  note(text: string): void;
  close(): void;
}

export function openOutput(ns: string, name: string): Output {
  mkdirSync(containerFolder(ns, name), { recursive: true });
  const pipe = outputPath(ns, name);
  libc.mkfifo(pipe, 0o600); // It is there already where a kubelet was before.
  const log = openLogFile(ns, name);
  // Open for writing too, so that it never ends.
  const socket = new Socket({ fd: openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK), readable: true });
  readInTurns(socket, log);
  return {
    // An open file of its own: the child must not find it non-blocking.
    withChildEnd: start => {
      const fd = openSync(pipe, 'r+');
      try {
        return start(fd);
      } finally {
        closeSync(fd);
      }
    },
    note: text => void log.add(Buffer.from(`${text}\n`)),
    close: () => {
      socket.destroy();
      log.flush();
    },
  };
}

function readInTurns(socket: Socket, log: LogFile): void {
  let budget = BYTES_PER_TURN;
  let turn: NodeJS.Timeout | undefined;
  const endTurn = () => {
    budget = Math.min(budget + BYTES_PER_TURN, BYTES_PER_TURN);
    // Many short lines make much more of a log than they are: what was read at once may be worth several turns.
    turn = budget > 0 ? undefined : setTimeout(endTurn, TURN_MS);
    if (budget > 0) socket.resume();
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const written = log.add(chunk);
    if (!turn) turn = setTimeout(endTurn, TURN_MS);
    budget -= written;
    if (budget <= 0) socket.pause();
  });
}
