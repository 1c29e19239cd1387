/**
 * The lab file's checks in, checks with every name known and every default filled in out; a check that contradicts
 * itself is a mistake.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { CheckEntry, LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { Check, CheckKind } from '../model.ts';
import { readMatrix } from './matrix.ts';
import { readTimeout } from './quantities.ts';
import { readReach } from './reach-check.ts';
import type { CheckScope } from './service.ts';
import { readCommand, readConntrack, readForwarding, readName, readNeighbour, readRoute } from './tables.ts';

type Key = keyof CheckEntry;
type Content = DistributiveOmit<Check, 'name' | 'timeoutMs' | 'source'>;
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

interface CheckSpec {
  /** The key that tells it. */
  readonly key: Key;
  readonly needs: readonly Key[];
  readonly may: readonly Key[];
  readonly expects: readonly string[];
  readonly read: (entry: CheckEntry, path: Path, scope: CheckScope) => Content | undefined;
}

const REACHING = ['reachable', 'blocked', 'refused', 'dropped', 'unroutable'];
const PRESENCE = ['present', 'absent'];
const SENDING: readonly Key[] = ['protocol', 'port', 'ipFamily'];
const ANSWER: readonly Key[] = ['sourceIP', 'backends', 'status', 'body', 'latency', 'loss', 'throughput'];

const KINDS: Readonly<Record<CheckKind, CheckSpec>> = {
  reach: {
    ...{ key: 'to', needs: ['from'], expects: REACHING, read: readReach },
    may: ['expect', ...SENDING, 'listen', ...ANSWER, 'path', 'host', 'size', 'count'],
  },
  matrix: { key: 'matrix', needs: [], may: SENDING, expects: [], read: readMatrix },
  route: { key: 'route', needs: ['on'], may: ['via', 'dev', 'src', 'expect'], expects: PRESENCE, read: readRoute },
  neighbour: {
    ...{ key: 'neighbour', needs: ['on'], may: ['mac', 'dev', 'state', 'expect'] },
    ...{ expects: PRESENCE, read: readNeighbour },
  },
  forwarding: { key: 'forwarding', needs: ['on'], may: ['dev', 'expect'], expects: PRESENCE, read: readForwarding },
  conntrack: { key: 'conntrack', needs: ['on'], may: ['expect'], expects: PRESENCE, read: readConntrack },
  name: { key: 'name', needs: ['from'], may: ['answers', 'expect'], expects: PRESENCE, read: readName },
  command: {
    ...{ key: 'command', needs: ['on'], may: ['container', 'exitCode', 'output', 'matches'] },
    ...{ expects: [], read: readCommand },
  },
};

const LEADING = Object.values(KINDS).map(({ key }) => key);

const MISSING: Partial<Record<Key, string>> = {
  from: 'say who: "from: web"',
  on: 'say where to look: "on: node1"',
};

export function resolveChecks(file: LabFile, scope: CheckScope): Check[] {
  return Object.entries(file.checks ?? {}).flatMap(([name, entry]) => {
    const path: Path = ['checks', name];
    const kind = findKind(entry, path, scope);
    if (!kind || !checkKeys(entry, kind, path, scope)) return [];
    const content = kind.read(entry, path, scope);
    const timeoutMs = readTimeout(entry.timeout, [...path, 'timeout'], scope.problems);
    return content ? [{ ...content, name, timeoutMs, source: path }] : [];
  });
}

function findKind(entry: CheckEntry, path: Path, { problems }: CheckScope): CheckSpec | undefined {
  const [first, second] = LEADING.filter(key => entry[key] !== undefined);
  if (first === undefined) {
    const hint = `it takes one of ${LEADING.map(key => `"${key}"`).join(', ')}`;
    problems.errorAtKey(path, 'missing-key', `check "${path[1]}" asks nothing`, hint);
    return undefined;
  }
  if (second === undefined) return Object.values(KINDS).find(({ key }) => key === first);
  const message = `a check asks one thing, and "${first}" and "${second}" are two`;
  problems.errorAtKey([...path, second], 'conflict', message, 'make two checks of it');
  return undefined;
}

/** Whether every key that is needed is there, and none that would be overlooked. */
function checkKeys(entry: CheckEntry, kind: CheckSpec, path: Path, { problems }: CheckScope): boolean {
  const before = problems.found.length;
  for (const key of kind.needs)
    if (entry[key] === undefined)
      problems.errorAtKey(path, 'missing-key', `check "${path[1]}" has no "${key}"`, MISSING[key]);
  const known: readonly string[] = [kind.key, ...kind.needs, ...kind.may, 'timeout'];
  for (const key of Object.keys(entry).filter(one => !known.includes(one))) {
    const hint = `beside "${kind.key}" it takes ${known.slice(1).join(', ')}`;
    problems.errorAtKey([...path, key], 'conflict', `"${key}" means nothing in a check of "${kind.key}"`, hint);
  }
  const { expect } = entry;
  if (expect !== undefined && kind.may.includes('expect') && !kind.expects.includes(expect)) {
    const hint = `it may be ${kind.expects.join(', ')}`;
    problems.error([...path, 'expect'], 'not-allowed', `nothing of "${kind.key}" is "${expect}"`, hint);
  }
  return problems.found.length === before;
}
