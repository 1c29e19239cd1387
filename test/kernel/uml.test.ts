/**
 * What this machine's kernel may lack, on a kernel that has it: Debian's user-mode Linux, which runs as a process.
 *
 * It is skipped, and says why, where it is not installed or does not boot.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isRoot, PROGRAM, type Ran, ROOT, run } from './harness.ts';

const MODULES = '/usr/lib/uml/modules';
const INSTALLED = isRoot && existsSync('/usr/bin/linux.uml') && existsSync(MODULES);

/** Boots with a script of this folder as PID 1, which gets these settings. */
function boot(script: string, settings: readonly string[], timeout: number): Promise<Ran> {
  const root = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw'];
  const init = `init=${resolve(import.meta.dirname, 'uml', script)}`;
  const kernel = ['linux.uml', 'mem=768M', ...root, 'con=null', 'con0=fd:0,fd:1', init];
  return run([...kernel, ...settings], { timeout });
}

/**
 * This kernel saves a processor's registers by a size that it has known since 2022: where a processor has more of them (AMX),
 * it ends with a panic at the first program that it starts. Empty where it does not.
 */
async function whyNotBooting(): Promise<string> {
  if (!INSTALLED) return 'needs root and the package user-mode-linux';
  const { stdout, stderr } = await boot('hello.sh', [], 300_000);
  return /Kernel panic/.test(stdout + stderr) && !/BOOTED/.test(stdout)
    ? 'user-mode Linux does not boot on this processor'
    : '';
}

/** Runs `up`, a ping, `status`, `plan`, `check` and `down` of a lab; returns what was printed. */
async function tryLab(lab: string, target: string): Promise<string> {
  const settings = [
    `NODE=${process.execPath}`,
    `NETLAB=${PROGRAM}/bin/netlab`,
    `LAB=${ROOT}/labs/${lab}`,
    `TARGET=${target}`,
  ];
  const { stdout } = await boot('init.sh', settings, 580_000);
  return stdout.slice(stdout.indexOf('START'));
}

const obstacle = await whyNotBooting();

describe.skipIf(obstacle !== '')(`a kernel with netem${obstacle === '' ? '' : `: ${obstacle}`}`, () => {
  let said = '';

  beforeAll(async () => {
    said = await tryLab('10-slow-link.lab.yaml', '10.244.1.2');
  });

  test('brings the slow link up and takes it down', () => {
    expect(said).toContain('up 0');
    expect(said).toContain('down 0');
  });

  test('holds each packet back for 50 ms in each direction', () => {
    const [, least] = /rtt min\/avg\/max\/mdev = ([\d.]+)\//.exec(said) ?? [];
    expect(Number(least)).toBeGreaterThan(85);
    expect(Number(least)).toBeLessThan(200);
  });

  test('loses packets, but not most of them', () => {
    const [, received] = /(\d+) received/.exec(said) ?? [];
    expect(Number(received)).toBeGreaterThan(10);
    expect(Number(received)).toBeLessThanOrEqual(30);
  });

  test('checks tell the truth also while another network fills the neighbour table', () => {
    const fulls = (when: string) => Number(new RegExp(`${when} table_fulls (\\d+)`).exec(said)?.[1]);
    expect(fulls('crowded'), said).toBeGreaterThan(0);
    expect(said).toContain('2 passed');
    expect(said).toContain('check 0');
  });

  test('reads its own qdiscs back without drift', () => {
    expect(said).toContain('no drift');
    expect(said).toContain('status 0');
    expect(said.replace(/\s/g, '')).toContain('{"steps":[]}');
  });
});
