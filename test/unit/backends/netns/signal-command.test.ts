import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { signalCommand } from '../../../../src/backends/netns/signal-command.ts';

test('what does not run through nsenter gets the signal itself', async () => {
  const child = spawn('sleep', ['60']);
  const end = new Promise(resolve => child.once('exit', (_, signal) => resolve(signal)));
  expect(signalCommand(child.pid ?? 0, 'SIGTERM')).toBe(true);
  expect(await end).toBe('SIGTERM');
});

test('a process that has ended is no error', async () => {
  const child = spawn('true');
  await new Promise(resolve => child.once('exit', resolve));
  expect(signalCommand(child.pid ?? 0, 'SIGTERM')).toBe(true);
});
