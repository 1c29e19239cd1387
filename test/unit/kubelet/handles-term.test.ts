/** Whether SIGTERM gets through to a process, asked of real ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { handlesTerm } from '../../../src/kubelet/signals.ts';
import { identify } from '../../../src/kubelet/spawn.ts';

test.each([
  ['nothing', '', false],
  ['a handler', 'signal.signal(signal.SIGTERM, lambda *_: None)', true],
  ['a signal that is kept back', 'signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})', true],
  ['all of them, for good', 'signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())', true],
  [
    'all of them, for a moment',
    `signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); say()
time.sleep(0.02); signal.pthread_sigmask(signal.SIG_SETMASK, set())`,
    false,
  ],
])('%s', async (_, script, handles) => {
  const say = "say = lambda: print('ready', flush=True)";
  const child = spawn('python3', ['-c', `import signal, time\n${say}\n${script}\nsay(); time.sleep(60)`]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  expect(handlesTerm(identify(child.pid ?? 0))).toBe(handles);
});
