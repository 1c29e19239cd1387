import { describe, expect, test } from 'vitest';
import { toBatches } from '../../../src/plan/batch.ts';
import { diff } from '../../../src/plan/diff.ts';
import { turnOf } from '../../../src/plan/step.ts';
import type { IpSet } from '../../../src/state/ip-set.ts';
import { isCommand } from '../../../src/state/job.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { observe } from '../../../src/state/observe.ts';
import { toState, toWantedState } from '../../../src/state/state.ts';

const set = (...members: string[]): KernelObject => ({
  ...{ kind: 'ip-set', ns: 'a', name: 'web', type: 'hash:ip', family: 4, members },
});
const rules: KernelObject = {
  ...{ kind: 'rules', ns: 'a', family: 4, table: 'filter', chain: 'INPUT' },
  rules: [['-m', 'set', '--match-set', 'web', 'src', '-j', 'ACCEPT']],
};

const steps = (observed: KernelObject[], wanted: KernelObject[]) =>
  diff(toState(observed), toWantedState(wanted.map(object => ({ object, why: '', source: [] }))));
const inputs = (observed: KernelObject[], wanted: KernelObject[]) =>
  toBatches(steps(observed, wanted)).map(({ job }) => (isCommand(job) ? [job.argv.join(' '), job.input] : []));

describe('a set', () => {
  test('is made with its members by one process', () => {
    expect(inputs([], [set('10.0.0.1', '10.0.0.2')])).toEqual([
      ['ipset restore', 'create web hash:ip family inet maxelem 1048576\nadd web 10.0.0.1\nadd web 10.0.0.2\n'],
    ]);
  });

  test('gets and loses the members that differ, and stays', () => {
    expect(inputs([set('10.0.0.1', '10.0.0.2')], [set('10.0.0.3', '10.0.0.2')])).toEqual([
      ['ipset restore', 'add web 10.0.0.3\ndel web 10.0.0.1\n'],
    ]);
  });

  test('keeps an element that is to be left out of what holds it, and says so of it', () => {
    const nets = (...members: string[]): KernelObject => ({ ...(set(...members) as IpSet), type: 'hash:net' });
    expect(inputs([nets('10.1.0.0/16', '10.2.0.0/16')], [nets('10.1.0.0/16 nomatch', '10.3.0.0/16')])).toEqual([
      ['ipset restore', 'add web 10.1.0.0/16 nomatch -exist\nadd web 10.3.0.0/16\ndel web 10.2.0.0/16\n'],
    ]);
    expect(inputs([nets('10.1.0.0/16 nomatch')], [nets()])).toEqual([['ipset restore', 'del web 10.1.0.0/16\n']]);
  });

  test('of another type or family is made anew under its name', () => {
    const other: KernelObject = { ...(set('fd00::1') as IpSet), family: 6 };
    const lines = 'destroy web\ncreate web hash:ip family inet6 maxelem 1048576\nadd web fd00::1\n';
    expect(inputs([set('10.0.0.1')], [other])).toEqual([['ipset restore', lines]]);
    expect(steps([{ ...(set() as IpSet), type: 'hash:net' }], [set()]).map(({ operation }) => operation)).toEqual([
      'change',
    ]);
  });

  test('is the same in any order', () => {
    expect(steps([set('10.0.0.1', '10.0.0.2')], [set('10.0.0.2', '10.0.0.1')])).toEqual([]);
    expect(steps([set('10.0.0.1')], [set('10.0.0.2', '10.0.0.1')]).length).toBe(1);
  });

  test('is there before the rules that look at it, and goes after them', () => {
    const kinds = (observed: KernelObject[], wanted: KernelObject[]) =>
      steps(observed, wanted).map(({ object }) => object.kind);
    expect(kinds([], [rules, set()])).toEqual(['ip-set', 'rules']);
    expect(kinds([set(), rules], [])).toEqual(['rules', 'ip-set']);
    // Batches of one phase may run side by side.
    const phases = [...steps([], [rules, set()]), ...steps([set(), rules], [])].map(step => turnOf(step).phase);
    expect(phases[0]).toBeLessThan(phases[1] ?? 0);
    expect(phases[2]).toBeLessThan(phases[3] ?? 0);
  });

  test('that cannot be filled is blamed on the member', () => {
    const [batch] = toBatches(steps([], [set('10.0.0.1', 'x')]));
    const stderr = 'ipset v7.17: Error in line 3: Syntax error: cannot parse x: resolving to IPv4 address failed';
    expect(batch?.blame(stderr)?.command.argv).toEqual(['ipset', 'add', 'web', 'x']);
  });
});

test('what ipset saves is read', () => {
  const ipsets = `create web hash:ip family inet hashsize 1024 maxelem 1048576 bucketsize 12 initval 0xf72dd23a
create six hash:net,port family inet6 hashsize 1024 maxelem 65536
add web 10.0.0.1
add web 10.0.0.2 timeout 5 nomatch
add six fd00::/64,tcp:80
`;
  const seen = observe({ kept: [], namespaces: { a: { ipsets } } }, {});
  expect([...seen.values()].slice(1)).toEqual([
    set('10.0.0.1', '10.0.0.2 nomatch'),
    { kind: 'ip-set', ns: 'a', name: 'six', type: 'hash:net,port', family: 6, members: ['fd00::/64,tcp:80'] },
  ]);
});
