/** A reporter for vitest: when all tests have run, it prints how long each suite and the slowest files took. */
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { formatTimes, type TimedFile } from './time-table.ts';

/** Vitest calls it with `new`. */
export default function reportTimes(): Reporter {
  return {
    onTestRunEnd: modules => void process.stdout.write(`\n${formatTimes(modules.map(toTimedFile))}\n`),
  };
}

function toTimedFile(module: TestModule): TimedFile {
  const { duration, collectDuration, prepareDuration, setupDuration, environmentSetupDuration } = module.diagnostic();
  return {
    path: relative(process.cwd(), module.moduleId),
    tests: [...module.children.allTests()].length,
    ranMs: duration,
    loadedMs: collectDuration + prepareDuration + setupDuration + environmentSetupDuration,
  };
}
