/**
 * What this machine's kernel may lack, on a kernel that has it: Debian's user-mode Linux, which runs as a process.
 *
 * It is skipped, and says so, where the package `user-mode-linux` or root is missing.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isRoot, PROGRAM, ROOT, run } from './harness.ts';

const MODULES = '/usr/lib/uml/modules';
const possible = isRoot && existsSync('/usr/bin/linux.uml') && existsSync(MODULES);

/** Boots, runs `up`, a ping, `status`, `plan` and `down` of a lab, and returns what was printed. */
async function boot(lab: string, target: string): Promise<string> {
  const kernel = [
    'linux.uml',
    'mem=768M',
    'root=/dev/root',
    'rootfstype=hostfs',
    'rootflags=/',
    'rw',
    'con=null',
    'con0=fd:0,fd:1',
  ];
  const init = `init=${resolve(import.meta.dirname, 'uml/init.sh')}`;
  const settings = [
    `NODE=${process.execPath}`,
    `NETLAB=${PROGRAM}/bin/netlab`,
    `LAB=${ROOT}/labs/${lab}`,
    `TARGET=${target}`,
  ];
  const { stdout } = await run([...kernel, init, ...settings], { timeout: 580_000 });
  return stdout.slice(stdout.indexOf('START'));
}

describe.skipIf(!possible)('a kernel with netem', () => {
  let said = '';

  beforeAll(async () => {
    said = await boot('10-slow-link.lab.yaml', '10.244.1.2');
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
