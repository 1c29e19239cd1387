/** A question and a zone in, what the zone says out. Pure; nothing here knows of packets. */
import type { Answer } from 'dns-packet';
import { formatIp, parseIp } from '../address/address.ts';
import { keyOf, type Zone } from './zone.ts';

export interface Question {
  readonly name: string;
  /** `A`, `ANY`, `UNKNOWN_65` */
  readonly type: string;
}

export interface LookUpResult {
  /** SERVFAIL where aliases lead back to one that was there before: the answer would never end. */
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
  /** A name outside of the zone that an alias leads to, and which has still to be asked for; null where there is none. */
  readonly onward: string | null;
}

/** Undefined where the name is in none of the zones. */
export function lookUp(question: Question, zone: Zone): LookUpResult | undefined {
  const aliases: Answer[] = [];
  const met = new Set<string>();
  let name = question.name;
  while (!met.has(keyOf(name))) {
    met.add(keyOf(name));
    const apex = apexOf(name, zone);
    if (apex === undefined) return aliases.length === 0 ? undefined : found(aliases, { onward: name });
    const own = recordsOf(name, zone);
    if (own === undefined) return negative('NXDOMAIN', aliases, apex, zone);
    const alias = own.find(({ type }) => type === 'CNAME');
    if (alias?.type !== 'CNAME' || question.type === 'CNAME' || question.type === 'ANY') {
      const answers = own.filter(({ type }) => question.type === 'ANY' || type === question.type);
      if (answers.length === 0) return negative('NOERROR', aliases, apex, zone);
      return found([...aliases, ...answers], { additionals: targetsOf(answers, zone) });
    }
    aliases.push(alias);
    name = alias.data;
  }
  return { ...found([], {}), rcode: 'SERVFAIL' };
}

function found(answers: readonly Answer[], rest: Partial<LookUpResult>): LookUpResult {
  return { rcode: 'NOERROR', answers, authorities: [], additionals: [], onward: null, ...rest };
}

/** No such name (NXDOMAIN), or a name without such records (NODATA): the zone's SOA says for how long to believe it. */
function negative(rcode: LookUpResult['rcode'], answers: readonly Answer[], apex: string, zone: Zone): LookUpResult {
  const authority = zone.authorities.get(apex);
  return { ...found(answers, {}), rcode, authorities: authority ? [authority] : [] };
}

/** The zone's name, `cluster.local`; that of the smallest where one is inside of another. */
function apexOf(name: string, { authorities }: Zone): string | undefined {
  for (let rest = keyOf(name); rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (authorities.has(rest)) return rest;
    if (!rest.includes('.')) return undefined;
  }
  return undefined;
}

function recordsOf(name: string, zone: Zone): readonly Answer[] | undefined {
  return zone.records.get(keyOf(name)) ?? podRecord(name, zone);
}

/** `10-244-0-3.default.pod.cluster.local`, `fd00--3.default.…`: whether a pod has the address is not asked. */
function podRecord(name: string, { pods, ttl }: Zone): Answer[] | undefined {
  const [label = '', ...rest] = keyOf(name).split('.');
  if (!pods.has(rest.join('.'))) return undefined;
  const ip = parseIp(label.replaceAll('-', '.')) ?? parseIp(label.replaceAll('-', ':'));
  return ip && [{ name, type: ip.family === 4 ? 'A' : 'AAAA', ttl, class: 'IN', data: formatIp(ip) }];
}

/** A client that asks where a service is will ask for that machine's address next. */
function targetsOf(answers: readonly Answer[], zone: Zone): Answer[] {
  const targets = new Set(answers.flatMap(answer => (answer.type === 'SRV' ? [answer.data.target] : [])));
  return [...targets].flatMap(target =>
    (recordsOf(target, zone) ?? []).filter(({ type }) => type === 'A' || type === 'AAAA'),
  );
}
