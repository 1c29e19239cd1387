/**
 * What a node has and lacks of its policies' rules and sets, as far as the ends of one connection are concerned: where the lab and
 * the kernel differ, a hand is to blame and no policy.
 */
import { type Family, formatIp } from '../../../address/address.ts';
import { type Cause, inspect } from '../../../path/causes.ts';
import type { ExplainContext } from '../../../path/explainer.ts';
import { findLostRules, type LostRule, lostCause } from '../../../path/rule-causes.ts';
import { type IpSet, readIpSets } from '../../../state/ip-set.ts';
import { policyChain, ROOT, ruleComment } from '../compile/names.ts';
import type { Judgement } from '../judge.ts';
import type { NamedEnd, Packet } from './packet.ts';

/** Of what lets others through nothing is said. */
export async function driftCauses(
  ns: string,
  packet: Packet,
  { direction, letBy }: Judgement,
  context: ExplainContext,
): Promise<Cause[]> {
  const family = packet.destination.addresses[0]?.family ?? 4;
  const lost = await findLostRules([ns], family, context, () => true);
  const isMeant = ({ chain, words }: LostRule) =>
    letBy.some(by => policyChain(direction, by.policy) === chain && words.includes(ruleComment(by.policy, by.number)));
  const isCommon = ({ chain, words }: LostRule) =>
    words.includes(ROOT) || (chain.startsWith(ROOT) && !chain.includes('/'));
  const own = lost.filter(rule => isCommon(rule) || isMeant(rule));
  return [...own.map(rule => lostCause(rule, context)), ...(await setCauses(ns, family, packet, context))];
}

async function setCauses(ns: string, family: Family, packet: Packet, context: ExplainContext): Promise<Cause[]> {
  const wanted = context.setsOf(ns).filter(set => set.family === family);
  if (wanted.length === 0) return [];
  const [saved] = await context.run([{ ns, argv: ['ipset', 'save'] }]);
  if (saved?.code !== 0) return [];
  const has = new Map(readIpSets(ns, saved.stdout).map(set => [set.name, set]));
  return wanted.flatMap(set => compareSets(set, has.get(set.name), packet, context));
}

function compareSets(wanted: IpSet, found: IpSet | undefined, packet: Packet, { directory }: ExplainContext): Cause[] {
  const key = directory.keyOf(wanted.ns);
  const command = inspect(key, `ipset list '${wanted.name}'`);
  const [should, does] = [wanted.members, found?.members ?? []];
  const concerns = (member: string) => wanted.type === 'hash:net' || endOf(member, packet) !== undefined;
  const name = (member: string) => [member, endOf(member, packet)?.name].filter(Boolean).join(', ');
  const text = (verb: string, member: string) =>
    `the set ${wanted.name} of ${key} ${verb} ${name(member)}; the lab ${verb === 'lacks' ? 'has' : 'does not have'} it there`;
  return [
    ...should.filter(one => concerns(one) && !does.includes(one)).map(one => ({ text: text('lacks', one), command })),
    ...does.filter(one => concerns(one) && !should.includes(one)).map(one => ({ text: text('has', one), command })),
  ];
}

/** `10.244.0.2`, `10.244.0.2,tcp:8080` */
function endOf(member: string, { source, destination }: Packet): NamedEnd | undefined {
  const [address] = member.split(',');
  return [source, destination].find(({ addresses }) => addresses.some(ip => formatIp(ip) === address));
}
