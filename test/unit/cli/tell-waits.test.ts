/** What is said where a lab is looked at while another netlab changes it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { tellWaits } from '../../../src/cli/waiting.ts';
import type { Backend, Moment, RunningLab } from '../../../src/sandbox/sandbox.ts';

const MOMENT: Moment = { version: '', unready: [], waited: false, isChanging: false };

async function settleAfter(ms: number, holder: { pid: number; what: string } | undefined): Promise<string> {
  let said = '';
  const io = { err: (text: string) => (said += text) } as unknown as Io;
  const sandbox = { settle: () => sleep(ms, MOMENT) };
  const backend = { open: async () => sandbox, findLockHolder: async () => holder } as unknown as Backend;
  const opened = await tellWaits(backend, io).open({ name: 'x' } as RunningLab);
  expect(await opened.settle()).toBe(MOMENT);
  return said;
}

test('who is waited for is said after a second, and only then', async () => {
  const up = { pid: 17, what: 'up' };
  const [quick, slow, alone] = await Promise.all([
    settleAfter(10, up),
    settleAfter(1300, up),
    settleAfter(1300, undefined),
  ]);
  expect([quick, alone]).toEqual(['', '']);
  expect(slow).toBe('waiting for another up of lab x (process 17) to end\n');
});
