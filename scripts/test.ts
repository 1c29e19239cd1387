/**
 * Everything that must hold, in one run: build, types, lint and format, unused code, tests.
 *
 * In: arguments for vitest. Out: each check's own report, the time of each suite of tests and, as the last line of stdout,
 * `N passed, N failed, N skipped`; a check that fails counts as one failure. Exit code 0 only where tests ran and nothing failed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { countTests, formatCounts, type VitestReport } from './count-tests.ts';

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each needs the one before it. */
const BUILD: readonly Check[] = [
  { name: 'generate', argv: ['tsx', 'scripts/generate.ts'] },
  { name: 'build', argv: ['tsx', 'scripts/build.ts'] },
];

/** Side by side. */
const CHECKS: readonly Check[] = [
  { name: 'types', argv: ['tsc'] },
  { name: 'lint and format', argv: ['biome', 'ci'] },
  { name: 'unused code', argv: ['knip'] },
];

process.exitCode = await main(process.argv.slice(2));

async function main(vitestArguments: readonly string[]): Promise<number> {
  for (const check of BUILD) if (!(await passes(check))) return conclude({ passed: 0, failed: 1, skipped: 0 });
  const failedChecks = (await Promise.all(CHECKS.map(passes))).filter(passed => !passed).length;
  const tests = await runTests(vitestArguments);
  return conclude({ ...tests, failed: tests.failed + failedChecks });
}

function conclude(counts: ReturnType<typeof countTests>): number {
  process.stdout.write(`${formatCounts(counts)}\n`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

async function passes({ name, argv }: Check): Promise<boolean> {
  const code = await run(argv);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  return code === 0;
}

async function runTests(vitestArguments: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'check-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['default', 'json', './scripts/report-times.ts'].map(name => `--reporter=${name}`);
    const code = await run(['vitest', 'run', ...reporters, `--outputFile.json=${file}`, ...vitestArguments]);
    return countTests(await readReport(file), code);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/** Its exit code; what it says goes where this says it. */
async function run([tool = '', ...args]: readonly string[]): Promise<number> {
  const options = { cwd: root, preferLocal: true, stdio: ['ignore', 'inherit', 'inherit'], reject: false } as const;
  const { exitCode, isTerminated, shortMessage } = await execa(tool, args, options);
  // What could not be started, or was killed, has not said so itself.
  if (exitCode === undefined || isTerminated) process.stdout.write(`${shortMessage}\n`);
  return exitCode ?? 1;
}
