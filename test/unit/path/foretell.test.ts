/** Which of many attempts the counters of rules confirm, and how seldom they are looked at for it. */
import { expect, test } from 'vitest';
import { confirm, type Foreseen } from '../../../src/path/foretell.ts';
import type { CountedRule } from '../../../src/path/met-rules.ts';
import type { Probe } from '../../../src/sandbox/sandbox.ts';

const foresee = (name: string, ...signs: readonly string[]): Foreseen => ({
  probe: { from: name, to: null, address: '10.0.0.1', protocol: 'tcp', port: 80, timeoutMs: 1 },
  foretold: { isOpen: true, signs, why: { kind: 'allowed', text: '', notes: [], by: [] } },
});
const rule = (sign: string, target = 'NETPOL-ALLOW') =>
  ({ ns: 'n', tool: 'iptables', table: 'filter', chain: sign, rule: '', target }) as const;
const signOf = ({ chain }: { readonly chain: string }) => (chain === 'FORWARD' ? undefined : chain);

/** `meets`: which rules each sender really meets. */
async function look(all: readonly Foreseen[], meets: Readonly<Record<string, readonly CountedRule['rule'][]>>) {
  const asked: string[][] = [];
  const measure = async (probes: readonly Probe[]): Promise<CountedRule[]> => {
    asked.push(probes.map(({ from }) => from));
    const met = probes.flatMap(({ from }) => meets[from] ?? []);
    const chains = [...new Set(met.map(({ chain }) => chain))];
    return chains.flatMap(chain => {
      const own = met.filter(one => one.chain === chain);
      return own[0] ? [{ rule: own[0], packets: own.length }] : [];
    });
  };
  const confirmed = await confirm(all, measure, signOf);
  return { confirmed: all.filter(one => confirmed.has(one)).map(({ probe }) => probe.from), asked };
}

test('all that meet what is foretold are confirmed by one look', async () => {
  const all = [foresee('a', 'x'), foresee('b', 'x', 'y'), foresee('c')];
  const { confirmed, asked } = await look(all, { a: [rule('x')], b: [rule('x'), rule('y')] });
  expect(confirmed).toEqual(['a', 'b', 'c']);
  expect(asked).toHaveLength(1);
});

test('one that is let in by another rule is found, and no other', async () => {
  const all = ['a', 'b', 'c', 'd'].map(name => foresee(name, 'x'));
  const { confirmed } = await look(all, { a: [rule('x')], b: [rule('x')], c: [rule('y')], d: [rule('x')] });
  expect(confirmed).toEqual(['a', 'b', 'd']);
});

test('one that another rule drops is found, also where many are dropped', async () => {
  const all = ['a', 'b', 'c'].map(name => foresee(name, 'drop'));
  const drop = rule('drop', 'DROP');
  const { confirmed } = await look(all, { a: [drop], b: [drop, rule('FORWARD', 'DROP')], c: [drop] });
  expect(confirmed).toEqual(['a', 'c']);
});

test('where nothing is as foretold, the looks are few all the same', async () => {
  const all = Array.from({ length: 100 }, (_, index) => foresee(`p${index}`, 'x'));
  const { confirmed, asked } = await look(all, {});
  expect(confirmed).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(24);
});

test('of none nothing is looked at', async () => expect((await look([], {})).asked).toEqual([]));
