/** What a person reads while another netlab works on the same lab. */
import type { LockHolder } from '../backend/backend.ts';
import type { Io } from './io.ts';

export function sayWaiting(lab: string, io: Io) {
  return ({ what, pid }: LockHolder): void =>
    io.err(`waiting for "netlab ${what}" of lab ${lab} (process ${pid}) to end\n`);
}
