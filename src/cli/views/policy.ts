/** Which policies select each pod of a lab, and what they let in and out: a table for people, or JSON. */

import {
  type Direction,
  type NetworkPolicy,
  type PolicyRule,
  rulesFor,
} from '../../features/network-policies/model.ts';
import {
  DIRECTIONS,
  type PodPolicies,
  type PolicyTable,
  type SelectedPods,
} from '../../features/network-policies/pod-policies.ts';
import { peerText, podsText, portText, ruleText, WAYS } from '../../features/network-policies/words.ts';
import { nameGroup } from '../../language/lab/alike-pods.ts';
import type { Pod } from '../../language/lab/lab.ts';
import { selectorText } from '../../language/lab/label-selector.ts';
import type { Paint } from '../paint.ts';
import type { LineOf } from '../read-any-lab.ts';
import { wrap } from './columns.ts';
import { wrapRows } from './table.ts';

/** Under the name of each pod what policies let in and out of it; then what each policy is about. */
export function policyText({ pods, policies }: PolicyTable, lineOf: LineOf, paint: Paint): string {
  const isolated = pods.filter(({ by }) => DIRECTIONS.some(direction => by[direction].length > 0));
  const rows = isolated.map(podRows);
  const lines = wrapRows(rows.flat(), '  ');
  let at = 0;
  const ofPods = isolated.map(({ pods: group }, index) => {
    const own = lines.slice(at, at + (rows[index]?.length ?? 0));
    at += own.length;
    return `${paint('title', nameGroup(group))}\n${own.join('')}`;
  });
  const ofPolicies = wrapRows([HEADING, ...policies.map(one => policyRow(one, lineOf))]).join('');
  const parts = [...ofPods, othersText(pods), policies.length === 0 ? '' : ofPolicies];
  return parts.filter(part => part !== '').join('\n');
}

const HEADING = ['POLICY', 'ISOLATES', 'PODS'];

/** What is the same in the row above is left out. */
function podRows({ by }: PodPolicies): string[][] {
  return DIRECTIONS.flatMap(direction => directionRows(direction, by[direction]));
}

function directionRows(direction: Direction, policies: readonly NetworkPolicy[]): string[][] {
  if (policies.length === 0) return [[WAYS[direction], '-', 'everything: no policy isolates it']];
  const rows = policies.flatMap(policy => {
    const texts = rulesFor(policy, direction).map(rule => ruleText(rule, policy, direction));
    const numbered = texts.length > 1 ? texts.map((text, index) => `${index + 1}: ${text}`) : texts;
    return (texts.length === 0 ? ['nothing'] : numbered).map((text, index) => [index === 0 ? policy.key : '', text]);
  });
  return rows.map((row, index) => [index === 0 ? WAYS[direction] : '', ...row]);
}

/** To whom everything may go, and from whom. */
function othersText(pods: readonly PodPolicies[]): string {
  const open = pods.filter(({ by }) => DIRECTIONS.every(direction => by[direction].length === 0));
  const list = (title: string, entries: readonly PodPolicies[]) =>
    entries.length === 0 ? [] : wrap(`${title}: ${entries.map(({ pods: group }) => nameGroup(group)).join(', ')}`, '');
  const lines = [
    ...list(
      'no policy isolates',
      open.filter(({ pods: [{ hostNetwork }] }) => !hostNetwork),
    ),
    ...list(
      'traffic of its node, which no policy judges',
      open.filter(({ pods: [{ hostNetwork }] }) => hostNetwork),
    ),
  ];
  return lines.map(line => `${line}\n`).join('');
}

function policyRow({ policy, pods }: SelectedPods, lineOf: LineOf): string[] {
  const { key, namespace, podSelector, policyTypes, source } = policy;
  const found = lineOf(source);
  const whom = `${podsText(podSelector)} of ${namespace}: ${pods.length === 0 ? 'there is none' : pods.length}`;
  const ways = DIRECTIONS.filter(direction => policyTypes.includes(direction)).map(direction => WAYS[direction]);
  return [key, ways.join(', '), found ? `${whom} (${found.file}:${found.line})` : whom];
}

/** Pods and policies as NAMESPACE/NAME. */
export function policyJson({ pods, policies }: PolicyTable, lineOf: LineOf): string {
  const document = {
    policies: policies.map(one => policyToJson(one, lineOf)),
    pods: pods.flatMap(entry => entry.pods.map(pod => podToJson(pod, entry))),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const nameOf = ({ namespace, name }: NetworkPolicy | Pod) => `${namespace}/${name}`;

function policyToJson({ policy, pods }: SelectedPods, lineOf: LineOf) {
  const { podSelector, policyTypes, source } = policy;
  const rules = (direction: Direction) => rulesFor(policy, direction).map(rule => ruleToJson(rule, policy, lineOf));
  return {
    ...{ name: nameOf(policy), ...placeToJson(source, lineOf) },
    ...{ podSelector: selectorText(podSelector), policyTypes, pods: pods.map(nameOf) },
    ...{ ingress: rules('Ingress'), egress: rules('Egress') },
  };
}

function ruleToJson(rule: PolicyRule, policy: NetworkPolicy, lineOf: LineOf) {
  return {
    ...placeToJson(rule.source, lineOf),
    peers: rule.peers?.map(peer => peerText(peer, policy)) ?? null,
    ports: rule.ports?.map(portText) ?? null,
  };
}

const placeToJson = (source: PolicyRule['source'], lineOf: LineOf) => {
  const found = lineOf(source);
  return { file: found?.file ?? null, line: found?.line ?? null };
};

function podToJson(pod: Pod, { by }: PodPolicies) {
  const of = (direction: Direction) => ({
    isolated: by[direction].length > 0,
    policies: by[direction].map(nameOf),
  });
  return { name: nameOf(pod), hostNetwork: pod.hostNetwork, ingress: of('Ingress'), egress: of('Egress') };
}
