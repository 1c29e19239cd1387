/** What a person reads while another netlab works on the same lab. */
import type { LockHolder, LockOptions } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';

export function sayWaiting(lab: string, io: Io): Required<Pick<LockOptions, 'onWait' | 'onSilence'>> {
  return {
    onWait: ({ what, pid }: LockHolder) =>
      io.err(`waiting for "netlab ${what}" of lab ${lab} (process ${pid}) to end\n`),
    onSilence: () => io.err(`waiting for another netlab of lab ${lab} to end; it does not answer: is it stopped?\n`),
  };
}
