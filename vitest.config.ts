import { defineConfig } from 'vitest/config';

/** They look at what all namespaces of the machine share: its mounts, its neighbour table. */
const ALONE = ['test/kernel/host.test.ts', 'test/kernel/probe-many.test.ts'];

const shared = { testTimeout: 180_000, hookTimeout: 180_000, maxConcurrency: 3 };

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    projects: [
      {
        test: {
          ...shared,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          // Kernel tests load the one RTNL lock of the machine: more side by side only makes each slower.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
