import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Kernel tests load the one RTNL lock of the machine: more side by side only makes each slower.
    maxWorkers: 2,
  },
});
