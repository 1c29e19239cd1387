/**
 * Reading what the command line names: a file, a pipe or standard input comes in, its text goes out.
 *
 * Whatever is there, this ends: what has no end is read only as far as a lab can be long, and a pipe from which nothing
 * comes is waited for only so long. A terminal may take its time.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { UsageError } from '../lifecycle/errors.ts';
import type { Io } from './io.ts';
import { say } from './write.ts';

/** More than the longest lab takes, whatever its characters. */
const MOST_BYTES = 32 * 1024 * 1024;
const TOLD_MS = 2000;
const SILENCE_MS = 60_000;
const LONGEST_MS = 300_000;

const IS_IT_A_LAB = 'is this a lab file?';

/** `file` is how messages name what is at `path`. Throws `UsageError`, and what open(2) and read(2) fail with. */
export async function readTextFile(path: string, file: string, io: Pick<Io, 'err'>): Promise<string> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = fstatSync(fd);
  if (found.isFIFO()) return decode(await readStream(new Socket({ fd, writable: false }), file, io), file);
  try {
    const kind = isatty(fd) ? 'a terminal' : refusedKind(found);
    if (kind !== undefined) throw new UsageError(`${file} is ${kind}, and no lab file`);
    return decode(readAll(fd, file), file);
  } finally {
    closeSync(fd);
  }
}

/** Of a folder Node makes a stream that has nothing in it. */
export async function readStdin(stdin: Readable, io: Pick<Io, 'err'>, fd?: number): Promise<string> {
  const kind = fd === undefined ? undefined : refusedKind(fstatSync(fd));
  if (kind !== undefined) throw new UsageError(`standard input is ${kind}, and no lab file`);
  return decode(await readStream(stdin, 'standard input', io), 'standard input');
}

function refusedKind(found: Stats): string | undefined {
  if (found.isDirectory()) return 'a folder';
  return found.isBlockDevice() ? 'a device' : undefined;
}

function readAll(fd: number, file: string): Buffer {
  const pieces: Buffer[] = [];
  for (let total = 0; ; ) {
    const piece = Buffer.allocUnsafe(1 << 16);
    const length = readSync(fd, piece, 0, piece.length, null);
    if (length === 0) return Buffer.concat(pieces);
    total += length;
    if (total > MOST_BYTES) throw tooLong(file);
    pieces.push(piece.subarray(0, length));
  }
}

function readStream(stream: Readable, file: string, io: Pick<Io, 'err'>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  const mayBeSilent = 'isTTY' in stream && stream.isTTY === true;
  return new Promise((resolve, reject) => {
    const told = setTimeout(() => mayBeSilent || say(`waiting for ${file}: nothing has come yet`, io), TOLD_MS);
    const stop = () => [told, silence, longest].forEach(clearTimeout);
    const fail = (error: Error) => {
      stop();
      stream.destroy();
      reject(error);
    };
    const giveUp = (why: string) => mayBeSilent || fail(new UsageError(why));
    const silence = setTimeout(() => giveUp(`nothing more comes from ${file}, and it does not end`), SILENCE_MS);
    const longest = setTimeout(() => giveUp(`${file} does not end within 5 minutes`), LONGEST_MS);
    stream.on('data', (piece: Buffer) => {
      clearTimeout(told);
      silence.refresh();
      total += piece.length;
      pieces.push(piece);
      if (total > MOST_BYTES) fail(tooLong(file));
    });
    stream.on('error', error => fail(new UsageError(`${file} cannot be read: ${error.message}`)));
    stream.on('end', () => {
      stop();
      resolve(Buffer.concat(pieces));
    });
  });
}

const tooLong = (file: string) => new UsageError(`${file} is larger than 8 MiB`, IS_IT_A_LAB);

/** A character that is none would be another one in the lab than its author sees. */
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is no text in UTF-8`, IS_IT_A_LAB);
  }
}
