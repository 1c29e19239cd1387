/**
 * Tries what the tests only try a sample of: netlab, Docker and containers killed at many moments, every command made to
 * fail, every case as every user, every lab as a script and in Docker, laws with many generated labs, policies on the kernel.
 *
 * In: how many moments for each test (100), then files or `-t name` for vitest: `npm run sweep -- 300 test/kernel/faults-kill`.
 * Out: what vitest says, and the seed; with the same number in SEED it all happens again. Exit code 0 where nothing failed.
 */
import { execa } from 'execa';

const EVERYTHING = ['test/kernel', 'test/property'];

const [moments = '100', ...rest] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(moments)) {
  process.stderr.write(`"${moments}" is no number of moments: npm run sweep -- 300 [FILE…]\n`);
  process.exit(2);
}
const seed = process.env['SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`${moments} moments, SEED=${seed}\n`);
const reporters = ['--reporter=default', '--reporter=./scripts/report-failures.ts'];
const { exitCode } = await execa('vitest', ['run', ...reporters, ...(rest.length > 0 ? rest : EVERYTHING)], {
  preferLocal: true,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { SWEEP: moments, SEED: seed },
  reject: false,
});
process.stdout.write(`it was SEED=${seed}\n`);
process.exitCode = exitCode ?? 1;
