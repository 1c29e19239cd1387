import { describe, expect, test } from 'vitest';
import { toBatches } from '../../../src/plan/batch.ts';
import { diff } from '../../../src/plan/diff.ts';
import { toShell } from '../../../src/plan/shell.ts';
import { render, type Step } from '../../../src/plan/step.ts';
import { type KernelObject, keyOf } from '../../../src/state/kinds.ts';
import { observe } from '../../../src/state/observe.ts';
import type { PolicyRule } from '../../../src/state/policy-rule.ts';
import { POLICY_RULES, RULES_OF_KERNEL } from '../../../src/state/policy-rule-dump.ts';
import { toWantedState } from '../../../src/state/state.ts';
import { type Attribute, bodyOf, ipv4, ipv6, text, u8, u32 } from '../netlink/message-bytes.ts';

const rule: PolicyRule = { kind: 'policy-rule', ns: 'a', family: 4, priority: 1000, from: '10.1.0.0/16', action: 100 };
const full: PolicyRule = { ...rule, to: '10.2.0.0/16', iif: 'eth0', oif: 'eth1', fwmark: '0x1/0xff' };
const add = (object: PolicyRule): Step => ({ operation: 'add', object, why: '', source: [] });
const lines = (object: PolicyRule) => render(add(object)).map(toShell);

describe('a rule is made', () => {
  test('by all its words, so that it is taken away by the same', () => {
    expect(lines(full)).toEqual([
      'ip -n a rule add priority 1000 from 10.1.0.0/16 to 10.2.0.0/16 fwmark 0x1/0xff iif eth0 oif eth1 table 100',
    ]);
    expect(render({ ...add(full), operation: 'delete' }).map(toShell)).toEqual([
      'ip -n a rule del priority 1000 from 10.1.0.0/16 to 10.2.0.0/16 fwmark 0x1/0xff iif eth0 oif eth1 table 100',
    ]);
  });

  test('with an end in place of a table', () => {
    expect(lines({ kind: 'policy-rule', ns: 'a', family: 6, priority: 7, action: 'unreachable' })).toEqual([
      'ip -n a -6 rule add priority 7 from all unreachable',
    ]);
  });

  test('IPv6 ones by a process of their own, as a line of a batch has no family', () => {
    const six: PolicyRule = { ...rule, family: 6, from: 'fd00::/64' };
    expect(toBatches([add(rule), add(six)]).map(({ job }) => job)).toEqual([
      { ns: 'a', argv: ['ip', '-batch', '-'], input: 'rule add priority 1000 from 10.1.0.0/16 table 100\n' },
      { ns: 'a', argv: ['ip', '-6', '-batch', '-'], input: 'rule add priority 1000 from fd00::/64 table 100\n' },
    ]);
  });
});

test('rules that differ in anything are two', () => {
  const others: PolicyRule[] = [
    rule,
    full,
    { ...rule, family: 6 },
    { ...rule, priority: 1001 },
    { ...rule, action: 101 },
    { ...rule, action: 'blackhole' },
    { ...rule, fwmark: '0x1' },
    { ...rule, further: ['not'] },
    { ...rule, ns: 'b' },
  ];
  expect(new Set(others.map(keyOf)).size).toBe(others.length);
});

/** As fib_nl_fill_rule writes it: family, lengths of destination and source, tos, table, two spare bytes, action, flags. */
function decode(
  header: { family?: number; to?: number; from?: number; tos?: number; action?: number; flags?: number },
  ...attributes: Attribute[]
) {
  const { family = 2, to = 0, from = 0, tos = 0, action = 1, flags = 0 } = header;
  const bytes = bodyOf([family, to, from, tos, 252, 0, 0, action, flags, 0, 0, 0], attributes);
  return POLICY_RULES.decode(bytes, 0, bytes.length, () => null);
}

const table = (value: number): Attribute => [15, u32(value)];
const BOOT: Attribute = [21, u8(3)];

describe("the kernel's own rules", () => {
  const own4 = [
    { family: 4, priority: 0, action: 255 },
    { family: 4, priority: 32766, action: 254 },
    { family: 4, priority: 32767, action: 253 },
  ] as const;
  const own6 = [own4[0], own4[1]].map(rule => ({ ...rule, family: 6 as const }));
  const seen = (rules: readonly object[]) =>
    [...observe({ kept: [], namespaces: { a: { 'policy-rules': rules } } }, {}).values()].filter(
      (object): object is PolicyRule => object.kind === 'policy-rule',
    );

  test('are no drift, whoever has made them', () => {
    expect(seen([...own4, ...own6])).toEqual([]);
    expect(decode({}, [6, u32(32766)], table(254), [21, u8(2)])).toEqual(own4[1]);
    expect(decode({}, [6, u32(32766)], table(254), BOOT)).toEqual(own4[1]);
    expect(decode({}, [6, u32(7)], table(254), [21, u8(2)])).toBeUndefined();
  });

  test('are put back where they are gone, and taken away again where that is taken back', () => {
    const [lost] = seen([own4[1], own4[2], ...own6]);
    if (lost === undefined) throw new Error('nothing is lost');
    const line = (operation: 'add' | 'delete') => render({ ...add(lost), operation }).map(toShell);
    expect(line('delete')).toEqual(['ip -n a rule add priority 0 from all table 255']);
    expect(line('add')).toEqual(['ip -n a rule del priority 0 from all table 255']);
    expect(seen([own4[0], ...own6]).map(keyOf)).toHaveLength(2);
  });

  test('of a family that the kernel does not have are not missed', () => {
    expect(seen(own4)).toEqual([]);
    expect(seen([])).toEqual([]);
  });
});

describe('a rule is read', () => {
  test('with all that it looks at', () => {
    const heard = decode(
      { to: 16, from: 16 },
      [6, u32(1000)],
      [2, ipv4('10.1.0.0')],
      [1, ipv4('10.2.0.0')],
      [3, text('eth0')],
      [17, text('eth1')],
      [10, u32(1)],
      [16, u32(0xff)],
      table(100),
      BOOT,
    );
    const { kind: _, ns: __, ...rest } = full;
    expect(heard).toEqual(rest);
  });

  test('of IPv6, and with an end', () => {
    expect(decode({ family: 10, from: 64, action: 6 }, [6, u32(9)], [2, ipv6('fd00::')], table(0), BOOT)).toEqual({
      ...{ family: 6, priority: 9, from: 'fd00::/64', action: 'blackhole' },
    });
  });

  test('with a mark without a mask as the kernel has it', () => {
    const heard = decode({}, [6, u32(9)], [10, u32(0xffffffff)], [16, u32(0xffffffff)], table(5), BOOT);
    expect(heard?.fwmark).toBe('0xffffffff');
  });

  test('with a mark of 0, of which the kernel only tells the mask', () => {
    expect(decode({}, [6, u32(9)], [16, u32(0xff)], table(5), BOOT)?.fwmark).toBe('0x0/0xff');
    expect(decode({}, [6, u32(9)], [16, u32(0xffffffff)], table(5), BOOT)?.fwmark).toBe('0x0');
  });

  test('with what the lab file has no words for, so that it is not taken for another and can be put back', () => {
    const port = (value: number) => Buffer.from([value, 0, value, 0]);
    const heard = decode(
      { tos: 0x10, flags: 2, from: 16 },
      [6, u32(9)],
      [2, ipv4('10.1.0.0')],
      [24, port(80)],
      [29, Buffer.from([0xff, 0xff])],
      [23, Buffer.from([5, 0, 7, 0])],
      [28, Buffer.from([0xff, 0xff])],
      [22, u8(6)],
      [20, Buffer.concat([u32(0), u32(10)])],
      [14, u32(0)],
      [13, u32(0xffffffff)],
      table(5),
      BOOT,
    );
    const rule: PolicyRule = { kind: 'policy-rule', ns: 'a', ...(heard ?? { family: 4, priority: 0, action: 0 }) };
    expect(lines(rule)).toEqual([
      'ip -n a rule add priority 9 not tos 0x10 ipproto 6 sport 5-7 dport 80 uidrange 0-10 suppress_prefixlength 0 from 10.1.0.0/16 table 5',
    ]);
  });

  test('unless something of it is not known here: it would be taken for one without', () => {
    expect(decode({}, [6, u32(9)], [24, u32(80)], [29, Buffer.from([0xf0, 0xff])], table(5), BOOT)).toBeUndefined();
    expect(decode({}, [6, u32(9)], [12, Buffer.alloc(8)], table(5), BOOT)).toBeUndefined();
  });

  test("unless it is the kernel's own or a daemon's", () => {
    const made = (protocol: number) => decode({}, [6, u32(9)], table(100), [21, u8(protocol)]);
    expect([0, 3, 4].map(made).every(heard => heard?.action === 100)).toBe(true);
    expect([2, 16, 186].map(made)).toEqual([undefined, undefined, undefined]);
  });

  test('unless it is of another family or jumps', () => {
    expect(decode({ family: 128 }, table(100))).toBeUndefined();
    expect(decode({ action: 2 }, table(100))).toBeUndefined();
  });
});

describe('of several of one priority', () => {
  const heard = (priority: number, ...marks: (string | undefined)[]) =>
    marks.map(fwmark => ({ family: 4, priority, action: 254, ...(fwmark === undefined ? {} : { fwmark }) }));
  const plan = (rules: readonly unknown[], ...wanted: readonly PolicyRule[]) => {
    const namespace: KernelObject = { kind: 'namespace', ns: 'a' };
    const observed = observe({ kept: [], namespaces: { a: { 'policy-rules': [...RULES_OF_KERNEL, ...rules] } } }, {});
    const items = [namespace, ...wanted].map(object => ({ object, why: '', source: [] }));
    return diff(observed, toWantedState(items)).flatMap(render).map(toShell);
  };
  const marked: PolicyRule = { kind: 'policy-rule', ns: 'a', family: 4, priority: 7, fwmark: '0x1', action: 254 };

  test('all go with one, as the kernel would take the first that fits, and those that are wanted are made again', () => {
    expect(plan(heard(7, '0x1', undefined), marked)).toEqual([
      'ip -n a rule flush priority 7',
      'ip -n a rule add priority 7 from all fwmark 0x1 table main',
    ]);
    expect(plan(heard(7, '0x1', '0x2'), marked, { ...marked, fwmark: '0x2' })).toEqual([]);
  });

  test('each goes by itself where it is alone, in its family and at its priority', () => {
    const six = { ...heard(7, undefined)[0], family: 6 };
    expect(plan([...heard(7, '0x1'), ...heard(8, undefined), six], marked)).toEqual([
      'ip -n a -6 rule del priority 7 from all table main',
      'ip -n a rule del priority 8 from all table main',
    ]);
  });

  test('each goes by itself beside a rule of the kernel’s own', () => {
    expect(plan(heard(32766, '0x1', '0x2'))).toEqual([
      'ip -n a rule del priority 32766 from all fwmark 0x2 table main',
      'ip -n a rule del priority 32766 from all fwmark 0x1 table main',
    ]);
  });
});

describe('of the rules of a namespace', () => {
  const heard = { family: 4, priority: 1000, from: '10.1.0.0/16', action: 100 } as const;
  const route = { to: '10.9.0.0/16', protocol: 3, type: 'unicast', metric: 0, via: '10.0.0.2', dev: 'eth0' };
  const routeIn = (table: number) => ({ ...route, table, src: null, mtu: null });
  const seen = (answers: Record<string, unknown>, topics = {}) =>
    [...observe({ kept: [], namespaces: { a: answers } }, topics).keys()].slice(1);

  test('each is one', () => expect(seen({ 'policy-rules': [...RULES_OF_KERNEL, heard] })).toEqual([keyOf(rule)]));

  test('each makes the routes of its table count, as the lab does by having some', () => {
    const routes = [100, 101, 102].map(routeIn);
    expect(seen({ routes })).toEqual([]);
    const rules = [...RULES_OF_KERNEL, heard];
    expect(seen({ routes, 'policy-rules': rules })).toEqual(['route a 10.9.0.0/16 0 of table 100', keyOf(rule)]);
    expect(seen({ routes }, { routes: { a: ['101'], b: ['102'] } })).toEqual(['route a 10.9.0.0/16 0 of table 101']);
  });
});
