import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/**
 * They look at what all namespaces of the machine share: its mounts, its `/run`, its neighbour table. So each runs when all
 * other kernel tests have (`test/kernel/alone.ts`), and beside what is done meanwhile without a kernel.
 */
const ALONE = ['test/kernel/host.test.ts', 'test/kernel/backend.test.ts', 'test/kernel/probe-many.test.ts'];

/** Nothing that works comes near it, also where the machine is slow or stands still for seconds. A sweep has all the time. */
const testTimeout = process.env['SWEEP'] === undefined ? 600_000 : 0;
const shared = { testTimeout, hookTimeout: 600_000, maxConcurrency: 3 };

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    teardownTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          exclude: ALONE,
          // A quarter of their time is waiting, which a third one on two processors makes use of. More side by side would only make
          // each slower: kernel tests load the one RTNL lock of the machine.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/kernel/**'],
          // None leaves anything to the next one: importing the sources once for all takes half the time.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
