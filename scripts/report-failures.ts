/** A reporter for vitest: it says at once why a test has failed, as who runs a sweep for hours may end it before vitest does. */
import type { Reporter } from 'vitest/node';

/** Vitest calls it with `new`. */
export default function reportFailures(): Reporter {
  return {
    onTestCaseResult: test => {
      for (const { message, diff, stack } of test.result().errors ?? [])
        process.stdout.write(`\nFAILED ${test.fullName}\n${message}\n${diff ?? ''}\n${stack ?? ''}\n`);
    },
  };
}
