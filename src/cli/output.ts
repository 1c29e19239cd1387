/**
 * The two streams that a process prints on: pieces of text come in, bytes go out, and in the end whether all of them could
 * be written.
 *
 * This is the one place where text meets a terminal: whatever a view was given by a file, the kernel, a process or a socket,
 * no control character of it gets through, only line breaks, tabs and the colours of `paint`. What a view puts into a single
 * line, it escapes itself (`Io.say`, `table`). Bytes go out as they are: they are what a program has written (`logs`).
 */
import { fstatSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { escapeText } from '../language/diagnostic/printable.ts';
import { showColours } from './paint.ts';

export interface Output {
  write(piece: string | Uint8Array): void;
  /** Raised once nothing more can be written, as where the reader has gone away. */
  readonly lost: AbortSignal;
  /** Waits until all is written. Why that failed, in words; undefined where it did not, or where the reader had seen enough. */
  end(): Promise<string | undefined>;
}

type Stream = NodeJS.WriteStream & { readonly fd: number };

export function openOutput(stream: Stream): Output {
  const lost = new AbortController();
  let failure: NodeJS.ErrnoException | undefined;
  const fail = (error: NodeJS.ErrnoException) => {
    failure ??= error;
    lost.abort();
  };
  stream.on('error', fail);
  const isSync = isFile(stream);
  const writeBytes = isSync ? makeFileWriter(stream.fd, fail) : (bytes: Uint8Array) => stream.write(bytes);
  return {
    write: piece => {
      if (!failure) writeBytes(typeof piece === 'string' ? Buffer.from(showColours(escapeText(piece))) : piece);
    },
    lost: lost.signal,
    end: async () => {
      // Help is written by yargs to the stream itself, whose failures come a moment later. Nothing is no output that could fail.
      await nextTurn();
      if (!failure && (!isSync || stream.writableLength > 0))
        await new Promise<void>(resolve => stream.write('', () => resolve()));
      return failure && failure.code !== 'EPIPE' ? failure.message : undefined;
    },
  };
}

/** A file or a device such as /dev/full. */
function isFile({ fd, isTTY }: Stream): boolean {
  const found = fstatSync(fd);
  return found.isFile() || (found.isCharacterDevice() && !isTTY);
}

/** Node's own stream takes a write of which a full disk has taken a part for a whole one. */
function makeFileWriter(fd: number, fail: (error: NodeJS.ErrnoException) => void): (bytes: Uint8Array) => void {
  return bytes => {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
    } catch (error) {
      fail(error as NodeJS.ErrnoException);
    }
  };
}
