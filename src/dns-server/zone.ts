/**
 * A zone: the text of a zone file in (RFC 1035, one record a line, no name left out), what it says by name out. Pure.
 *
 * Besides records there are lines that only the cluster DNS has: `$FORWARD ADDRESS` is the server that is asked for everything else,
 * `$NAME name` a name that is there without having records, and `$PODS name` one below which every address has a name.
 */
import type { Answer } from 'dns-packet';

export interface Zone {
  /** By apex: what a negative answer of that zone carries. */
  readonly authorities: ReadonlyMap<string, Answer>;
  /** By name in small letters, without the last dot. A name that others are below is there, even without records. */
  readonly records: ReadonlyMap<string, readonly Answer[]>;
  /** `default.pod.cluster.local`: `10-244-0-3` below it is 10.244.0.3. */
  readonly pods: ReadonlySet<string>;
  /** Seconds that an answer without a record of its own may be kept. */
  readonly ttl: number;
  readonly upstreams: readonly string[];
}

/** Throws where a line is none of these: half a file is no zone. */
export function parseZone(text: string): Zone {
  const records = new Map<string, Answer[]>();
  const pods = new Set<string>();
  const upstreams: string[] = [];
  const at = (name: string): Answer[] => {
    const known = records.get(name);
    if (known) return known;
    const own: Answer[] = [];
    records.set(name, own);
    const parent = name.slice(name.indexOf('.') + 1);
    if (parent !== name) at(parent);
    return own;
  };
  let ttl = 0;
  for (const line of text.split('\n')) {
    const [first = '', ...rest] = line.split(' ');
    if (first === '' || first.startsWith(';')) continue;
    if (first === '$TTL') ttl = Number(rest[0]);
    else if (first === '$FORWARD') upstreams.push(rest[0] ?? '');
    else if (first === '$NAME') at(keyOf(rest[0] ?? ''));
    else if (first === '$PODS') {
      pods.add(keyOf(rest[0] ?? ''));
      at(keyOf(rest[0] ?? ''));
    } else at(keyOf(first)).push(parseRecord(first, rest));
  }
  const authorities = [...records].flatMap(([name, own]) =>
    own.filter(({ type }) => type === 'SOA').map(soa => [name, soa] as const),
  );
  if (authorities.length === 0 || !text.endsWith('\n')) throw new Error('this is no whole zone');
  return { authorities: new Map(authorities), records: withoutOutside(records, authorities), pods, ttl, upstreams };
}

/** A name as it is looked up: letters count alike, and every name ends at the root. */
export const keyOf = (name: string) => name.toLowerCase().replace(/\.$/, '');

/** What is above a zone belongs to other servers. */
function withoutOutside(records: ReadonlyMap<string, Answer[]>, authorities: readonly (readonly [string, Answer])[]) {
  const isInside = (name: string) => authorities.some(([apex]) => name === apex || name.endsWith(`.${apex}`));
  return new Map([...records].filter(([name]) => isInside(name)));
}

function parseRecord(name: string, [ttl, , type, ...data]: readonly string[]): Answer {
  const head = { name: name.replace(/\.$/, ''), ttl: Number(ttl), class: 'IN' as const };
  const [first = '', ...rest] = data;
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return { ...head, type, data: first.replace(/(?<=[^.])\.$/, '') };
    case 'TXT':
      return { ...head, type, data: first.replaceAll('"', '') };
    case 'SRV': {
      const [priority, weight, port] = data.map(Number);
      return { ...head, type, data: { priority, weight, port: port ?? 0, target: (data[3] ?? '').replace(/\.$/, '') } };
    }
    case 'SOA': {
      const [serial, refresh, retry, expire, minimum] = rest.slice(1).map(Number);
      return { ...head, type, data: { mname: first, rname: rest[0] ?? '', serial, refresh, retry, expire, minimum } };
    }
    default:
      throw new Error(`"${type}" is no type of record here`);
  }
}
