/** A container's log, read from outside: its lines as they are, and on request those to come. */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { logPath, olderLogPath } from '../../memory/folders.ts';
import type { LogLine, LogOptions, RunningLab } from '../../sandbox/sandbox.ts';
import { isRunning, pathInside } from './find-labs.ts';

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

const LOOK_MS = 100;
const ABSENT_MS = 5;
const PIECE_BYTES = 1 << 16;
const NEWLINE = 10;

/** Ends when the log does or, where it is followed, when the lab does or that is raised. */
export async function* readLog(
  lab: RunningLab,
  ns: string,
  container: string,
  { since = 0, tail = Number.POSITIVE_INFINITY, follow }: LogOptions,
): AsyncGenerator<LogLine> {
  const path = pathInside(lab, logPath(ns, container));
  const older = pathInside(lab, olderLogPath(ns, container));
  const { position, lines } = await readPresent(path, older);
  yield* lastOf(
    lines.filter(({ time }) => time >= since),
    tail,
  );
  if (follow) yield* readNew(path, older, position, () => !follow.aborted && isRunning(lab));
}

interface LogPosition {
  offset: number;
  readonly inode: number;
}

/**
 * A log that is put aside meanwhile is read again from its beginning. Where there is none just now, the position is the
 * end of the older one.
 */
async function readPresent(path: string, older: string): Promise<{ position: LogPosition; lines: LogLine[] }> {
  for (;;) {
    const position = { offset: 0, inode: await inodeOf(path) };
    const before = { offset: 0, inode: await inodeOf(older) };
    const lines: LogLine[] = [];
    for await (const line of readLines(older, before)) lines.push(line);
    for await (const line of readLines(path, position)) lines.push(line);
    if ((await inodeOf(path)) === position.inode) return { position: position.inode === 0 ? before : position, lines };
  }
}

/** The parts of a line count as one. */
function lastOf(lines: readonly LogLine[], tail: number): readonly LogLine[] {
  let start = lines.length;
  for (let left = tail; start > 0; start--) {
    const before = lines[start - 1];
    if ((before?.whole || start === lines.length) && left-- <= 0) break;
  }
  return lines.slice(start);
}

/** Without a pause as long as something comes: a flood puts the log aside several times a second. */
async function* readNew(
  path: string,
  older: string,
  from: LogPosition,
  goesOn: () => boolean,
): AsyncGenerator<LogLine> {
  for (let position = from; goesOn(); ) {
    const { offset } = position;
    if (yield* readLines(path, position)) {
      if (position.offset === offset) await sleep(LOOK_MS);
      continue;
    }
    // For a moment after the log was put aside there is no other, and at first there is none at all.
    const inode = await inodeOf(path);
    if (inode === 0) {
      await sleep(ABSENT_MS);
      continue;
    }
    // What was written before the log was put aside is read to its end there, unless it has gone from there too.
    if (position.inode !== 0 && !(yield* readLines(older, position))) yield missing();
    position = { offset: 0, inode };
  }
}

const missing = (): LogLine => ({
  time: Date.now(),
  bytes: Buffer.from('netlab: lines are missing here, as they came faster than they were read'),
  whole: true,
});

async function inodeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.ino ?? 0;
}

/** Whole lines from an offset on, which moves with them; returns whether it is this file that is there. */
async function* readLines(path: string, position: LogPosition): AsyncGenerator<LogLine, boolean> {
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.ino !== position.inode) return false;
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, position.offset);
      const end = piece.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      if (end === 0) return true;
      position.offset += end;
      for (let start = 0; start < end; ) {
        const next = piece.indexOf(NEWLINE, start);
        yield parseLine(Buffer.from(piece.subarray(start, next)));
        start = next + 1;
      }
    }
  } finally {
    await file.close();
  }
}

/** `TIME F text`, or `TIME P text` for a part of a line, which may end within a character. */
function parseLine(line: Buffer): LogLine {
  const time = line.indexOf(' ');
  const mark = line.indexOf(' ', time + 1);
  return {
    time: Date.parse(line.toString('latin1', 0, time)),
    bytes: line.subarray(mark + 1),
    whole: line.toString('latin1', time + 1, mark) !== 'P',
  };
}
