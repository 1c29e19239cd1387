/** The bytes of a query in, the bytes of a reply out, or nothing for what deserves none. */
import type { Answer } from 'dns-packet';
import { type LookUpResult, lookUp, type Question } from './look-up.ts';
import { passOn, type Query, type Reply, readQuery, writeRefusal, writeReply } from './message.ts';
import { inAnyOrder } from './order.ts';
import type { Upstream } from './upstream.ts';
import { keyOf, type Zone } from './zone.ts';

export interface Server {
  /** As it is now. */
  readonly zone: Zone;
  readonly upstream: Upstream;
}

/** No query and no answer of an upstream keeps the next query from being answered. */
export async function respond(raw: Buffer, isTcp: boolean, server: Server): Promise<Buffer | undefined> {
  try {
    return await answer(raw, isTcp, server);
  } catch {
    return writeRefusal(raw, 'SERVFAIL');
  }
}

async function answer(raw: Buffer, isTcp: boolean, server: Server): Promise<Buffer | undefined> {
  const query = readQuery(raw);
  if (query === undefined) return undefined;
  if (typeof query === 'string') return writeRefusal(raw, query);
  const limits = { isTcp, canRecurse: server.zone.upstreams.length > 0 };
  if (query.fault) return writeReply(query, { rcode: query.fault }, limits);
  const finding = lookUp(query.question, server.zone);
  const isOthers = finding === undefined || (limits.canRecurse && isUnknownAddress(query.question, finding));
  if (!isOthers) return writeReply(query, await complete(query.question, finding, server), limits);
  if (!limits.canRecurse) return writeReply(query, { rcode: 'REFUSED' }, limits);
  const theirs = await ask(query, server);
  return theirs ? passOn(query, theirs, limits) : writeReply(query, { rcode: 'SERVFAIL' }, limits);
}

/** The names of addresses that are not the cluster's may be known elsewhere. */
function isUnknownAddress({ name }: Question, { rcode }: LookUpResult): boolean {
  return rcode === 'NXDOMAIN' && /\.(in-addr|ip6)\.arpa\.?$/i.test(name);
}

function ask({ raw }: Query, { zone, upstream }: Server): Promise<Buffer | undefined> {
  return upstream.ask(raw, zone.upstreams);
}

/** An alias is answered together with what it stands for, also where that is a name of another server's. */
async function complete({ type }: Question, finding: LookUpResult, { zone, upstream }: Server): Promise<Reply> {
  const { onward } = finding;
  const isWhole = onward === null || zone.upstreams.length === 0;
  const further = isWhole ? [] : await upstream.lookUp({ name: onward, type }, zone.upstreams);
  const answers = [...finding.answers, ...further];
  if (finding.rcode === 'SERVFAIL' || (further.length > 0 && goesRound(answers))) return { rcode: 'SERVFAIL' };
  const additionals = inAnyOrder(finding.additionals);
  return { ...finding, answers: inAnyOrder(answers), additionals, isAuthoritative: true };
}

/** Whether aliases lead from one server to another and back. */
function goesRound(answers: readonly Answer[]): boolean {
  const next = new Map(
    answers.flatMap(one => (one.type === 'CNAME' ? [[keyOf(one.name), keyOf(one.data)] as const] : [])),
  );
  const met = new Set<string>();
  let name = [...next.keys()][0];
  while (name !== undefined && !met.has(name)) {
    met.add(name);
    name = next.get(name);
  }
  return name !== undefined;
}
