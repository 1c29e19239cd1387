import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { findMarked, findMarkedFirst, markedJob, newMark } from '../../../../src/backends/docker/marked-command.ts';

test('finds what has a mark in its environment', async () => {
  const mark = newMark();
  const [name = '', value = ''] = mark.split('=');
  expect(findMarked(mark)).toEqual([]);
  const child = spawn('sh', ['-c', 'echo; sleep 60; true'], { env: { ...process.env, [name]: value }, detached: true });
  await new Promise(resolve => child.stdout.once('data', resolve));
  expect(findMarkedFirst(mark)).toBe(child.pid);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await new Promise(resolve => child.once('close', resolve));
  expect(findMarked(mark)).toEqual([]);
});

test("keeps Docker's client in bounds, and ends what goes on without it", () => {
  const { ns, argv } = markedJob('netlab.lab.node1', 'web.app', ['true'], { timeoutMs: 1500 });
  expect(ns).toBeNull();
  expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
  expect(argv.slice(3)).toEqual([
    ...['sh', 'netlab.lab.node1', 'timeout', '--kill-after=1', '1.5'],
    ...['docker', 'exec', '--env', 'LAB_EXEC', 'netlab.lab.node1'],
    ...['docker', 'exec', '--env', 'LAB_EXEC', 'web.app', 'true'],
  ]);
});
