/** Every way in which a translation ends or begins, on paper: what of it is stale. The kernel has its say in `test/kernel`. */
import { describe, expect, test } from 'vitest';
import type { Lab } from '../../../src/language/lab/lab.ts';
import type { Connection } from '../../../src/netlink/connection.ts';
import { listNatTables } from '../../../src/state/translations.ts';
import { labText, WAYS_BY_READINESS, WAYS_BY_UP, type Way } from '../../kernel/fixtures/translations.ts';
import { labOf } from '../resolve/lab-of.ts';
import { staleness } from './staleness.ts';

const lab = (time: 'before' | 'after', previous?: Lab) =>
  labOf(
    labText('x', time, () => ['serve'], '/sick'),
    previous,
  );
const BEFORE = lab('before');
const AFTER = lab('after', BEFORE);

const FAMILIES = [4, 6] as const;
type Family = (typeof FAMILIES)[number];
const isOf = (family: Family) => (address: string) => address.includes(':') === (family === 6);

/** The flow of a client that is answered so; undefined where conntrack has none. */
function flowOf({ from, to, port }: Way, answer: string, family: Family): Connection | undefined {
  const destination = to[family];
  if (destination === undefined || answer === 'refused') return undefined;
  const source = addressOf(from, family);
  const sent = { source, destination, port };
  if (answer === 'nobody') return { ...sent, answeredBy: destination, answeringPort: port };
  const [name = '', answeringPort = answer === 'dns' ? 53 : 5000] = answer.replace(/^.*\|/, '').split(':');
  const pod = name === 'dns' ? 'kube-system/coredns' : name;
  return { ...sent, answeredBy: addressOf(pod, family), answeringPort: Number(answeringPort) };
}

function addressOf(key: string, family: Family): string {
  const machines = [AFTER, BEFORE].flatMap(({ nodes, pods }) => [...nodes, ...pods]);
  const wired = [AFTER, BEFORE].flatMap(({ links }) => links.flatMap(({ ends }) => ends));
  const own = machines.filter(machine => machine.key === key).flatMap(({ interfaces }) => interfaces);
  const all = [...own, ...wired.filter(({ on }) => on === key)].flatMap(({ addresses }) => addresses);
  const address = all.map(text => text.split('/')[0] ?? '').find(isOf(family));
  if (address === undefined) throw new Error(`${key} has no address`);
  return address;
}

const NODE1 = ['172.18.0.2', 'fd00:172:18::2'];
const isLocal = (address: string) => NODE1.includes(address);
const rows = (ways: readonly Way[]) => ways.flatMap(way => FAMILIES.map(family => [way.name, family, way] as const));
const isKept = ({ was, now }: Way) => was === now;

const byFamily = <T>(make: (family: Family) => T) => ({ 4: make(4), 6: make(6) });
const AFTERWARDS = byFamily(family => staleness(AFTER, 'node1', { before: BEFORE, family }));
const BACK_AGAIN = byFamily(family => staleness(BEFORE, 'node1', { before: AFTER, family }));
const WELL = byFamily(family => staleness(BEFORE, 'node1', { family }));
const ILL = byFamily(family => staleness(BEFORE, 'node1', { family, unready: new Set(['x']) }));

describe('by a change of the lab', () => {
  test.each(rows(WAYS_BY_UP))('%s, IPv%i', (_, family, way) => {
    const [inAfter, inBefore] = [AFTERWARDS[family], BACK_AGAIN[family]];
    const [was, now] = [flowOf(way, way.was, family), flowOf(way, way.now, family)];
    if (was) expect([inBefore?.(was, isLocal), inAfter?.(was, isLocal)]).toEqual([false, !isKept(way)]);
    if (now) expect([inAfter?.(now, isLocal), inBefore?.(now, isLocal)]).toEqual([false, !isKept(way)]);
  });
});

describe('by readiness', () => {
  test.each(rows(WAYS_BY_READINESS))('%s, IPv%i', (_, family, way) => {
    const [well, ill] = [WELL[family], ILL[family]];
    const [was, now] = [flowOf(way, way.was, family), flowOf(way, way.now, family)];
    const isMoved = !isKept(way) && way.was !== 'x|y';
    if (was) expect([well?.(was, isLocal), ill?.(was, isLocal)]).toEqual([false, isMoved]);
    // One that has moved is right there, too.
    if (now) expect(ill?.(now, isLocal)).toBe(way.now === 'nobody');
  });
});

test('a packet that only passes a node, to the number of a node port, goes its own way', () => {
  const flow = { source: '10.244.0.10', destination: '192.0.2.1', port: 30103 };
  const judge = staleness(BEFORE, 'node1');
  expect(judge?.({ ...flow, answeredBy: '192.0.2.1', answeringPort: 30103 }, isLocal)).toBe(false);
});

test('where nothing is translated, nor was, conntrack is not looked at', () => {
  expect(staleness(AFTER, 'outside')).toBeUndefined();
  const rules = { kind: 'rules', ns: 'n', family: 4, table: 'nat', chain: 'POSTROUTING' } as const;
  expect(listNatTables([{ ...rules, rules: [['-j', 'MASQUERADE']] }], [])).toEqual([]);
});

test('when the last translation of a namespace has ended, its flows are looked at once more', () => {
  const rules = { kind: 'rules', ns: 'n', family: 4, table: 'nat', chain: 'OUTPUT' } as const;
  const before = [{ ...rules, rules: [['-j', 'REDIRECT']] }];
  expect(listNatTables([], before)).toEqual([{ ns: 'n', family: 4, chains: {} }]);
  expect(listNatTables([], [])).toEqual([]);
});

test.each(['', 'nodes: { node1: { external: true } }'])(
  'so it is where no Service is left, nor a node that knows any: %s',
  nodes => {
    const text = `cluster: { dns: false }\nservices: { s: { clusterIP: 10.96.0.9, ports: [{ port: 5000, protocol: UDP }] } }`;
    const before = labOf(`nodes: { node1: {} }\n${text}`);
    const after = labOf(nodes === '' ? 'nodes: { node1: {} }' : `${nodes}\n${text}`);
    const flow = { source: '10.244.0.9', destination: '10.96.0.9', port: 5000, answeringPort: 5000 };
    const judge = staleness(after, 'node1', { before });
    expect(judge?.({ ...flow, answeredBy: '10.244.0.2' }, isLocal)).toBe(true);
    expect(judge?.({ ...flow, answeredBy: '10.96.0.9' }, isLocal)).toBe(false);
  },
);
