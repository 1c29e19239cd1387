/** What policies say of one connection, in a sentence. */
import type { Judgement, RuleOf } from '../judge.ts';
import { type Direction, type NetworkPolicy, rulesFor } from '../model.ts';
import { type NearMissContext, portName } from './near-misses.ts';
import type { Packet } from './packet.ts';

/** `shop/default-deny isolates db for ingress and no rule of 2 policies lets web (default) in on tcp 5432` */
export function blockedText(judgement: Judgement, packet: Packet, { placeOf }: NearMissContext): string {
  const { direction, pod, isolatedBy } = judgement;
  const first = isolator(judgement);
  if (!first) return '';
  const none = isolatedBy.length === 1 ? 'no rule of it' : `no rule of ${isolatedBy.length} policies`;
  const isolates = `${first.key} isolates ${pod?.name} for ${direction.toLowerCase()}`;
  return `${isolates} and ${none} ${letsText(direction, packet)} (${placeOf(first.source)})`;
}

/** Of those that isolate a pod the one that lets least through. */
export const isolator = ({ isolatedBy, direction }: Judgement): NetworkPolicy | undefined =>
  [...isolatedBy].sort((a, b) => countRules(a, direction) - countRules(b, direction))[0];

const countRules = (policy: NetworkPolicy, direction: Direction) => rulesFor(policy, direction).length;

/** `lets web (default) in on tcp 5432` */
export function letsText(direction: Direction, { source, destination, protocol, port }: Packet, rules = 1): string {
  const who = direction === 'Ingress' ? `${source.name} in` : `it out to ${destination.name}`;
  return `${rules === 1 ? 'lets' : 'let'} ${who} on ${protocol === null ? 'icmp' : portName(protocol, port)}`;
}

export const ruleName = ({ policy, number, rule }: RuleOf, placeOf: NearMissContext['placeOf']) =>
  `rule ${number} of ${policy.key} (${placeOf(rule.source)})`;
