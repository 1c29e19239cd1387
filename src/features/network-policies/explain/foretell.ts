/** What the policies of a lab foretell of an attempt between two of its addresses, and which rules of nodes count it. */
import { formatIp } from '../../../address/address.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { ForetellContext, Foreteller, Foretold, Sent, WhyRule } from '../../../path/foretell.ts';
import { createJudge, isAllowed, type Judge, type Judgement, type RuleOf } from '../judge.ts';
import { createMissContext, nearMisses } from './near-misses.ts';
import { freeText, ownNodeText } from './open.ts';
import { directPacket, type Packet } from './packet.ts';
import { createReader, type ReadSeen } from './seen.ts';
import { blockedText, isolator, letsText, ruleName } from './words.ts';

export function foretellPolicies(lab: Lab): Foreteller {
  const judge = createJudge(lab);
  const read = createReader(lab);
  return {
    foretell: (sent, context) => foretell(sent, judge, context),
    signOf: rule => {
      const seen = read(rule);
      return seen && signOf(rule.ns, seen);
    },
  };
}

/** `node2 drop Ingress shop`, `node2 allow Ingress shop/db-from-back 1` */
function signOf(ns: string, seen: NonNullable<ReturnType<ReadSeen>>): string {
  if (seen.kind === 'drop') return [ns, 'drop', seen.direction, seen.namespace].join(' ');
  const { policy, direction, number } = seen.by;
  return [ns, 'allow', direction, policy.key, number].join(' ');
}

function foretell(sent: Sent, judge: Judge, context: ForetellContext): Foretold {
  const packet = directPacket(sent, context);
  const [egress, ingress] = judge.judge(packet);
  const beside = [egress, ingress].find(one => isBesideItsNode(one, packet, context));
  if (beside?.pod) return toFoundFree(ownNodeText(beside.pod));
  const asked = isAllowed(egress) ? [egress, ingress] : [egress];
  const signs = asked.flatMap(one => signsOf(one, context));
  const stopped = asked.find(one => !isAllowed(one));
  if (stopped) return { isOpen: false, signs, why: whyBlocked(stopped, packet, judge, context) };
  const letting = asked.filter(({ letBy }) => letBy.length > 0);
  if (letting.length === 0) return { ...toFoundFree(freeText([egress, ingress])), signs };
  const texts = letting.map(({ letBy, direction }) => {
    const names = firstOfEach(letBy).map(rule => ruleName(rule, context.placeOf));
    return `${names.join(' and ')} ${letsText(direction, packet, names.length)}`;
  });
  const by = letting.flatMap(({ letBy }) => firstOfEach(letBy).map(one => toWhyRule(one, context)));
  return { isOpen: true, signs, why: { kind: 'allowed', text: texts.join('; '), notes: [], by } };
}

const toFoundFree = (text: string): Foretold => ({
  ...{ isOpen: true, signs: [] },
  why: { kind: 'not isolated', text, notes: [], by: [] },
});

/** An isolated pod and the node that it is on: what goes between the two is not asked. */
function isBesideItsNode(
  { pod, direction, isolatedBy }: Judgement,
  { source, destination }: Packet,
  { directory }: ForetellContext,
): boolean {
  const other = direction === 'Ingress' ? source : destination;
  if (pod === null || isolatedBy.length === 0 || other.pod !== null) return false;
  const node = directory.nsOf(pod.node);
  return other.addresses.some(ip => directory.ownerOf(formatIp(ip))?.entry.ns === node);
}

/** Of each policy that lets it through one rule counts it, the first that fits. */
function firstOfEach(letBy: readonly RuleOf[]): RuleOf[] {
  return letBy.filter((one, index) => letBy.findIndex(({ policy }) => policy === one.policy) === index);
}

function signsOf({ pod, direction, isolatedBy, letBy }: Judgement, { directory }: ForetellContext): string[] {
  if (pod === null || isolatedBy.length === 0) return [];
  const ns = directory.nsOf(pod.node) ?? pod.node;
  if (letBy.length === 0) return [signOf(ns, { kind: 'drop', direction, namespace: pod.namespace })];
  return firstOfEach(letBy).map(by => signOf(ns, { kind: 'allow', by }));
}

function whyBlocked(judgement: Judgement, packet: Packet, judge: Judge, context: ForetellContext): Foretold['why'] {
  const misses = createMissContext(judge, context);
  const first = isolator(judgement);
  const rule = first && {
    ...{ policy: `${first.namespace}/${first.name}`, direction: wordOf(judgement), rule: null },
    place: context.placeOf(first.source),
  };
  return {
    kind: 'blocked',
    text: `blocked on ${judgement.pod?.node}: ${blockedText(judgement, packet, misses)}`,
    notes: nearMisses(judgement, packet, misses),
    by: rule ? [rule] : [],
  };
}

const wordOf = ({ direction }: Pick<Judgement, 'direction'>): WhyRule['direction'] =>
  direction === 'Ingress' ? 'ingress' : 'egress';

function toWhyRule(one: RuleOf, { placeOf }: ForetellContext): WhyRule {
  const { namespace, name } = one.policy;
  const place = placeOf(one.rule.source);
  return { policy: `${namespace}/${name}`, direction: wordOf(one), rule: one.number, place };
}
