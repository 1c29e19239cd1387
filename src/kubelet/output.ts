/**
 * What a container writes: a named pipe that it holds open itself, so that nothing is lost while no kubelet reads,
 * and a log of bounded size.
 *
 * A log line is `TIME F text`, or `TIME P text` for a part of a longer one: the format of Kubernetes' CRI without the
 * name of the stream, as both come through one pipe and so keep their order.
 */
import { appendFileSync, closeSync, constants, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import * as libc from '../linux/libc.ts';
import { logPath, olderLogPath, outputPath } from '../memory/folders.ts';
import { containerFolder } from '../state/pod-folder.ts';

/** The log and its predecessor are each at most about this long. */
const LOG_BYTES = 512 * 1024;
/** Of one line at a time, as in Kubernetes. */
const LINE_BYTES = 16 * 1024;
/** A container whose log grows faster than this waits, as at any pipe that is read slowly. */
const BYTES_PER_TURN = 256 * 1024;
const TURN_MS = 100;
/** After this long what has no end of line yet is written as a part. */
const PART_MS = 250;

/** So much is split at a time: were all of it ends of lines, their stamps would still fit into a log. */
const SPLIT_BYTES = 8 * 1024;

const NEWLINE = 10;

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
  const log = openLog(ns, name);
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

function readInTurns(socket: Socket, log: Log): void {
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

interface Log {
  /** Returns by how much the log has grown. */
  add(chunk: Buffer): number;
  flush(): void;
}

function openLog(ns: string, name: string): Log {
  const path = logPath(ns, name);
  const older = olderLogPath(ns, name);
  // There before anything is written, so that whoever follows it sees when it is put aside for the first time.
  appendFileSync(path, '');
  let { size } = statSync(path);
  let rest = Buffer.alloc(0);
  let partTimer: NodeJS.Timeout | undefined;
  const write = (pieces: readonly (string | Buffer)[]) => {
    const bytes = Buffer.concat(pieces.map(piece => Buffer.from(piece as Buffer)));
    if (size > 0 && size + bytes.length > LOG_BYTES) {
      renameSync(path, older);
      size = 0;
    }
    appendFileSync(path, bytes);
    size += bytes.length;
    return bytes.length;
  };
  const flush = () => {
    clearTimeout(partTimer);
    partTimer = undefined;
    if (rest.length > 0) write([stamp('P'), rest, '\n']);
    rest = Buffer.alloc(0);
  };
  const addPart = (part: Buffer): number => {
    const { pieces, rest: unfinished } = splitLines(rest.length === 0 ? part : Buffer.concat([rest, part]));
    rest = Buffer.from(unfinished);
    return pieces.length > 0 ? write(pieces) : 0;
  };
  return {
    flush,
    add: chunk => {
      let written = 0;
      for (let start = 0; start < chunk.length; start += SPLIT_BYTES)
        written += addPart(chunk.subarray(start, start + SPLIT_BYTES));
      if (rest.length > 0) partTimer ??= setTimeout(flush, PART_MS);
      return written;
    },
  };
}

const stamp = (mark: 'F' | 'P') => `${new Date().toISOString()} ${mark} `;

function splitLines(bytes: Buffer): { readonly pieces: (string | Buffer)[]; readonly rest: Buffer } {
  const pieces: (string | Buffer)[] = [];
  const [full, part] = [stamp('F'), stamp('P')];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    const length = (end === -1 ? bytes.length : end) - start;
    if (length > LINE_BYTES) {
      pieces.push(part, bytes.subarray(start, start + LINE_BYTES), '\n');
      start += LINE_BYTES;
    } else if (end === -1) break;
    else {
      pieces.push(full, bytes.subarray(start, end + 1));
      start = end + 1;
    }
  }
  return { pieces, rest: bytes.subarray(start) };
}
