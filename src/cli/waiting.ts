/** What a person reads while another netlab works on the same lab. */
import type { LockHolder, LockOptions } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';
import { say } from './write.ts';

export function sayWaiting(lab: string, io: Io): Required<Pick<LockOptions, 'onWait' | 'onSilence'>> {
  return {
    onWait: ({ what, pid }: LockHolder) =>
      say(`waiting for "netlab ${what}" of lab ${lab} (process ${pid}) to end`, io),
    onSilence: () => say(`waiting for another netlab of lab ${lab} to end; it does not answer: is it stopped?`, io),
  };
}
