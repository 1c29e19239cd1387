/**
 * Test files that look at what all namespaces of the machine share run one at a time, beside others that touch nothing of it.
 */
import { createServer } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { until } from './until.ts';

/** Of the abstract namespace: nobody has it any more when its process has ended, however it did. */
const TURN = '\0netlab-tests-alone';

/** What another one takes on a machine that is busy all the while. */
const TURN_MS = 500_000;

/** For the top of a test file: it waits for its turn, and gives it back when it has run. */
export function runAlone(): void {
  const turn = createServer();
  const take = () =>
    new Promise<boolean>((resolve, reject) => {
      turn.once('listening', () => resolve(true));
      turn.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      turn.listen(TURN);
    });
  beforeAll(() => until('no other test file is alone', take, Boolean, TURN_MS));
  afterAll(() => new Promise(done => turn.close(done)));
}
