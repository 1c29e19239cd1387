/** What a person reads while another netlab works on the same lab. */
import type { LockHolder, LockOptions } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';
import { say } from './write.ts';

export function sayWaiting(lab: string, io: Io): Required<Pick<LockOptions, 'onWait' | 'onSilence' | 'onStranger'>> {
  return {
    onWait: ({ what, pid }: LockHolder) =>
      say(`waiting for another ${what === '' ? 'netlab' : what} of lab ${lab} (process ${pid}) to end`, io),
    onStranger: uid => say(`note: user ${uid} has taken the name of the lock of lab ${lab}; it does not count`, io),
    onSilence: () => say(`waiting for another netlab of lab ${lab} to end; it does not answer: is it stopped?`, io),
  };
}
