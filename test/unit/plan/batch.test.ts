import { describe, expect, test } from 'vitest';
import { type Batch, toBatches, toRounds } from '../../../src/plan/batch.ts';
import type { Step } from '../../../src/plan/step.ts';
import { isCommand } from '../../../src/state/job.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';

const add = (object: KernelObject): Step => ({ operation: 'add', object, why: '', source: [] });
const address = (ns: string, text: string) => add({ kind: 'address', ns, dev: 'eth0', address: text });
const rules = (table: string, ...names: string[]) =>
  add({
    kind: 'rules',
    ns: 'a',
    family: 4,
    table,
    chain: 'OUTPUT',
    rules: names.map(name => ['-o', name, '-j', 'ACCEPT']),
  });
const sysctl = (name: string) => add({ kind: 'sysctl', ns: 'a', name, value: '1' });

/** The command that a batch blames, without its tool. */
const blamed = (steps: readonly Step[], stderr: string) =>
  toBatches(steps)[0]?.blame(stderr)?.command.argv.slice(1).join(' ');

describe('steps are grouped', () => {
  test('by namespace and tool, the order within a group kept', () => {
    const steps = [
      address('a', '10.0.0.1/24'),
      address('b', '10.0.0.2/24'),
      sysctl('net.a'),
      address('a', 'fd00::1/64'),
    ];
    expect(toBatches(steps).map(({ job }) => job)).toEqual([
      {
        ns: 'a',
        argv: ['ip', '-batch', '-'],
        input: 'addr add 10.0.0.1/24 dev eth0\naddr add fd00::1/64 dev eth0 nodad\n',
      },
      { ns: 'b', argv: ['ip', '-batch', '-'], input: 'addr add 10.0.0.2/24 dev eth0\n' },
      { ns: 'a', argv: ['sysctl', '-q', '-w', 'net.a=1'] },
    ]);
  });

  test('sysctls into one command, rules into one transaction per table', () => {
    const [first, second] = toBatches([
      sysctl('net.a'),
      rules('nat', 'x'),
      rules('filter', 'y'),
      rules('nat', 'z'),
      sysctl('net.b'),
    ]);
    expect(first?.job).toEqual({ ns: 'a', argv: ['sysctl', '-q', '-w', 'net.a=1', 'net.b=1'] });
    expect(second?.job).toEqual({
      ns: 'a',
      argv: ['iptables-restore', '--noflush', '-w'],
      input:
        '*nat\n-A OUTPUT -o x -j ACCEPT\n-A OUTPUT -o z -j ACCEPT\nCOMMIT\n*filter\n-A OUTPUT -o y -j ACCEPT\nCOMMIT\n',
    });
  });

  test('IPv4 and IPv6 rules apart, and what is done outside of any namespace', () => {
    const six: Step = {
      ...rules('filter', 'x'),
      object: { kind: 'rules', ns: 'a', family: 6, table: 'filter', chain: 'OUTPUT', rules: [['-j', 'DROP']] },
    };
    const jobs = toBatches([rules('filter', 'x'), six, add({ kind: 'namespace', ns: 'n' })])
      .map(({ job }) => job)
      .filter(isCommand)
      .map(({ ns, argv }) => [ns, argv[0]]);
    expect(jobs).toEqual([
      ['a', 'iptables-restore'],
      ['a', 'ip6tables-restore'],
      [null, 'ip'],
    ]);
  });

  test('but what the sandbox does itself is an object each', () => {
    const file: KernelObject = { kind: 'file', ns: 'a', path: '/etc/hosts', text: 'x' };
    const contained: KernelObject = { kind: 'namespace', ns: 'n', contained: true };
    const steps: Step[] = [
      { ...add(file), operation: 'change', was: { ...file, text: 'y' } },
      { ...add(contained), operation: 'delete' },
    ];
    expect(toBatches(steps).map(({ job }) => job)).toEqual([
      { operation: 'add', object: file },
      { operation: 'delete', object: contained },
    ]);
    expect(blamed(steps, 'whatever it says')).toBe('/run/netlab/pods/a/etc/hosts');
  });

  test('so that every step is in one group', () => {
    const steps = [address('a', '10.0.0.1/24'), rules('nat', 'x', 'y'), sysctl('net.a'), address('b', 'fd00::1/64')];
    expect(toBatches(steps).flatMap(batch => batch.steps)).toEqual(steps);
  });
});

describe('rounds', () => {
  const input = ({ job }: Batch) => (isCommand(job) ? (job.input ?? '') : '');
  const many = (ns: string, count: number) =>
    Array.from({ length: count }, (_, index) => address(ns, `10.0.${index >> 8}.${index & 255}/32`));

  test('cut what is long, and keep its pieces one after the other', () => {
    const steps = [...many('a', 300), ...many('b', 100)];
    const rounds = toRounds(steps);
    expect(rounds.map(round => round.map(({ job, steps: own }) => [isCommand(job) && job.ns, own.length]))).toEqual([
      [
        ['a', 100],
        ['b', 100],
      ],
      [['a', 100]],
      [['a', 100]],
    ]);
    const [whole] = toBatches(steps);
    expect(rounds.map(([first]) => first && input(first)).join('')).toBe(whole && input(whole));
    expect(rounds[2]?.[0]?.blame('Command failed -:1')?.step).toBe(steps[200]);
  });

  test('leave a text whole, as it is one transaction', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `x${index}`);
    expect(toRounds(names.map(name => rules('nat', name)))).toHaveLength(1);
  });
});

describe('blame', () => {
  const two = [address('a', '10.0.0.1/24'), address('a', '10.0.0.2/24')];

  test('falls on the line that ip -batch names', () => {
    expect(blamed(two, 'RTNETLINK answers: File exists\nCommand failed -:2\n')).toBe('addr add 10.0.0.2/24 dev eth0');
    expect(blamed(two, 'Segmentation fault')).toBeUndefined();
  });

  test.each([
    [
      'the nft variant',
      'iptables-restore v1.8.9 (nf_tables): \nline 3: RULE_APPEND failed (No such file or directory): rule in chain OUTPUT\n',
    ],
    ['the legacy variant', 'iptables-restore: line 3 failed\n'],
    [
      'the legacy variant, in other words',
      "Error occurred at line: 3\nTry `iptables-restore -h' for more information.\n",
    ],
  ])('falls on the line that %s of iptables-restore names', (_, stderr) => {
    expect(blamed([rules('filter', 'x', 'y')], stderr)).toBe('-t filter -A OUTPUT -o y -j ACCEPT');
  });

  test('counts the lines of every table', () => {
    expect(blamed([rules('filter', 'x'), rules('nat', 'y')], 'iptables-restore: line 5 failed')).toBe(
      '-t nat -A OUTPUT -o y -j ACCEPT',
    );
    expect(blamed([rules('filter', 'x')], 'iptables-restore: line 3 failed')).toBeUndefined();
  });

  test('falls on the setting that sysctl names, as a key or as a path', () => {
    const settings = [sysctl('net.ipv4.one'), sysctl('net.ipv4.two')];
    expect(blamed(settings, 'sysctl: setting key "net.ipv4.two": Invalid argument')).toBe('-q -w net.ipv4.two=1');
    expect(blamed(settings, 'sysctl: cannot stat /proc/sys/net/ipv4/two: No such file or directory')).toBe(
      '-q -w net.ipv4.two=1',
    );
    expect(blamed(settings, '')).toBe('-q -w net.ipv4.one=1');
  });
});
