import { describe, expect, test } from 'vitest';
import { HOST_FEATURES } from '../../../src/host/features.ts';
import { tryFeatures } from '../../../src/host/try-features.ts';
import { type KernelObject, specOf } from '../../../src/state/kinds.ts';
import { fakeSandbox } from '../apply/fake-sandbox.ts';

const verdictOf = async (id: string, code: number, stderr = '') => {
  const sandbox = fakeSandbox(({ ns }) => (ns === `.me-${id}` ? { code, stderr } : undefined));
  const verdicts = await tryFeatures(HOST_FEATURES, sandbox);
  return verdicts.filter(({ works }) => !works).map(({ feature, reason, fix }) => ({ id: feature.id, reason, fix }));
};

describe('trying features', () => {
  test('finds nothing wrong where all works, and cleans up', async () => {
    const sandbox = fakeSandbox(() => undefined);
    const verdicts = await tryFeatures(HOST_FEATURES, sandbox);
    expect(verdicts.map(({ works, reason, fix }) => [works, reason, fix])).toEqual(
      HOST_FEATURES.map(() => [true, '', '']),
    );
    expect(sandbox.jobs.at(-1)?.input?.split('\n').length).toBe(HOST_FEATURES.length + 1);
    expect(new Set(sandbox.jobs.slice(1, -1).map(({ ns }) => ns)).size).toBe(HOST_FEATURES.length);
  });

  test('names the package of a command that is not there', async () => {
    expect(await verdictOf('sysctl', 127)).toEqual([
      { id: 'sysctl', reason: 'the command "sysctl" is not installed', fix: 'apt-get install procps' },
    ]);
  });

  test('names the module of what the kernel does not have, and what it said last', async () => {
    const stderr = 'Warning: something\nError: Specified qdisc kind is unknown.\n';
    expect(await verdictOf('netem', 2, stderr)).toEqual([
      {
        id: 'netem',
        reason: 'this kernel does not have it (Error: Specified qdisc kind is unknown.)',
        fix: 'modprobe sch_netem (as root; or a kernel that has it)',
      },
    ]);
  });

  test('goes on after a failure, and tries each once', async () => {
    const sandbox = fakeSandbox(({ ns }) => (ns === '.me-veth' || ns === '.me-tc' ? { code: 1 } : undefined));
    const verdicts = await tryFeatures(HOST_FEATURES, sandbox);
    expect(verdicts.map(({ feature }) => feature.id)).toEqual(HOST_FEATURES.map(({ id }) => id));
    expect(verdicts.filter(({ works }) => !works).map(({ feature }) => feature.id)).toEqual(['veth', 'tc']);
    expect(sandbox.jobs.length).toBe(HOST_FEATURES.length + 2);
  });
});

test.each<[KernelObject, string[]]>([
  [{ kind: 'address', ns: 'a', dev: 'x', address: '10.0.0.1/24' }, ['ip']],
  [{ kind: 'address', ns: 'a', dev: 'x', address: 'fd00::1/64' }, ['ip', 'ipv6']],
  [{ kind: 'chain', ns: 'a', family: 6, table: 'filter', chain: 'X', policy: null }, ['ip6tables']],
  [{ kind: 'rules', ns: 'a', family: 4, table: 'filter', chain: 'X', rules: [] }, ['iptables']],
  [{ kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem' }, ['tc', 'netem']],
  [{ kind: 'qdisc', ns: 'a', dev: 'x', type: 'tbf' }, ['tc', 'tbf']],
  [{ kind: 'sysctl', ns: 'a', name: 'net.x', value: '1' }, ['sysctl']],
])('%j needs %j', (object, features) =>
  expect(
    specOf(object)
      .needsOfHost.of(object)
      .map(({ id }) => id),
  ).toEqual(features),
);
