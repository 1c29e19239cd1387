/**
 * Waiting until whoever holds a lock lets go: the holder comes in; out goes why it is waited for no longer.
 *
 * It is a netlab of this user's. What it says of itself is only ever shown: one short line is read, and no more.
 */
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findHold } from '../../linux/hold.ts';
import type { LockHolder } from '../../sandbox/sandbox.ts';
import type { FoundHolder } from './lock-holder.ts';

const ANSWER_MS = 500;
const LOOK_MS = 1000;
/** Ctrl-Z stops a holder without ending it; it may go on soon. */
const STOPPED_LOOKS = 5;
/** A netlab that runs says who it is at once, but on a machine that stands still. */
const SILENT_LOOKS = 60;
const LONGEST_LINE = 256;

export interface HolderEvents {
  tell(holder: LockHolder): void;
  /** It does not answer. */
  tellSilence(): void;
}

/** It has let go or has died, the time is up, it is stopped or frozen, or it is no netlab. */
export type EndOfWait = 'gone' | 'over' | 'stopped' | 'silent';

export async function waitForHolder(
  { pid, socket }: FoundHolder,
  events: HolderEvents,
  signal: AbortSignal,
): Promise<EndOfWait> {
  if (!socket) {
    events.tellSilence();
    await sleep(LOOK_MS);
    return signal.aborted ? 'over' : 'gone';
  }
  const silence = setTimeout(() => events.tellSilence(), ANSWER_MS);
  let [stopped, silent] = [0, 0];
  return new Promise(resolve => {
    const end = (why: EndOfWait) => {
      clearTimeout(silence);
      clearInterval(looking);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(why);
    };
    const giveUp = () => end('over');
    const looking = setInterval(() => {
      stopped = isHeld(pid) ? stopped + 1 : 0;
      if (stopped >= STOPPED_LOOKS) end('stopped');
      if (++silent >= SILENT_LOOKS) end('silent');
    }, LOOK_MS);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    if (socket.destroyed) end('gone');
    readFirstLine(socket, line => {
      clearTimeout(silence);
      silent = Number.NEGATIVE_INFINITY;
      events.tell({ pid, what: readWhat(line) });
    });
    socket.on('close', () => end('gone'));
  });
}

/** Who is traced stands still only between two of its calls, as far as one can see from here. */
function isHeld(pid: number): boolean {
  const hold = findHold(pid);
  return hold !== undefined && hold.kind !== 'traced';
}

/** All that follows is read and forgotten. */
function readFirstLine(socket: net.Socket, use: (line: string) => void): void {
  let text: string | undefined = '';
  socket.on('data', (piece: Buffer) => {
    if (text === undefined) return;
    text += piece.toString('latin1', 0, LONGEST_LINE);
    if (!text.includes('\n') && text.length < LONGEST_LINE) return;
    use(text.split('\n')[0] ?? '');
    text = undefined;
  });
}

/** Which command it runs; empty where what it says is nothing that netlab says. */
function readWhat(line: string): string {
  try {
    const { what } = JSON.parse(line) as { readonly what?: unknown };
    return typeof what === 'string' && /^[a-z]{1,16}$/.test(what) ? what : '';
  } catch {
    return '';
  }
}
