/** What the kernel refuses, in words. */
import { expect, test } from 'vitest';
import { HostError } from '../../../src/sandbox/host-error.ts';
import { toHostError, toldHostError } from '../../../src/sandbox/system-error.ts';

const failed = (code: string, syscall: string, path?: string) => Object.assign(new Error('x'), { code, syscall, path });

test.each([
  [failed('EMFILE', 'open', '/proc/1'), 'open /proc/1: too many open files (EMFILE)', /ulimit -n/],
  [failed('EAGAIN', 'spawn unshare', 'unshare'), /^spawn unshare: no more processes/, /ulimit -u.*pids\.max/],
  [failed('ENOMEM', 'mmap'), /there is no memory left/, /ulimit -v.*memory\.max/],
  [failed('EFBIG', 'write'), /the file would be larger/, /ulimit -f/],
  [failed('ENOENT', 'open', '/dev/null'), '/dev/null is not there', /mknod/],
  [new Error('spawn EINVAL'), /too many open files/, /ulimit -n/],
  // As libc's calls say it.
  [Object.assign(new Error('socket: EMFILE'), { errno: 24 }), /^socket: too many open files/, /ulimit -n/],
] as const)('%s', (error, message, fix) => {
  const found = toHostError(error);
  expect(found?.message).toMatch(message);
  expect(found?.fixes.join()).toMatch(fix);
});

test.each([
  ["Error: EMFILE: too many open files, open '/x'", /^worker: too many open files/],
  ['nsenter: fork failed: Resource temporarily unavailable', /^worker: no more processes/],
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', /^worker: there is no memory/],
])('of a program that said %j', (said, message) => {
  expect(toldHostError('worker', said)?.message).toMatch(message);
});

test('what is no such refusal may be a defect', () => {
  expect(
    [new TypeError('x'), failed('ENOENT', 'open'), failed('EBADF', 'read'), 'text', undefined].map(toHostError),
  ).toEqual(Array(5).fill(undefined));
  expect(toldHostError('worker', 'TypeError: x is not a function')).toBeUndefined();
  const known = new HostError('x');
  expect(toHostError(known)).toBe(known);
});
