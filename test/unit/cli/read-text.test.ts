/** Standard input that somebody else holds: whatever it is, reading it ends. */
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { readStdin } from '../../../src/cli/read-text.ts';
import { UsageError } from '../../../src/lifecycle/errors.ts';

const io = { err: () => undefined };

afterEach(() => {
  vi.useRealTimers();
});

test('a stream that cannot be read is a mistake of whoever gave it', async () => {
  const stream = new PassThrough();
  const read = readStdin(stream, io);
  stream.destroy(new Error('read ENOTCONN'));
  await expect(read).rejects.toThrow(new UsageError('standard input cannot be read: read ENOTCONN'));
});

test('a stream that drips for ever is given up', async () => {
  vi.useFakeTimers();
  const stream = new PassThrough();
  const read = readStdin(stream, io).catch((error: unknown) => error);
  for (let second = 0; second < 400 && !stream.destroyed; second += 10) {
    stream.write('# x\n');
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(await read).toEqual(new UsageError('standard input does not end within 5 minutes'));
});
