/**
 * Selectors that find nobody: what a policy says is taken, and cannot mean what its author meant. Policies, pods and namespaces
 * in, warnings out.
 */
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { Pod } from '../../../language/lab/lab.ts';
import { isEmpty, type LabelSelector, selectorText, selects } from '../../../language/lab/label-selector.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { NAME_LABEL, type Namespace } from '../../namespaces/model.ts';
import { type NetworkPolicy, type PodPeer, rulesFor } from '../model.ts';
import { EVERYTHING, type SelectPods } from '../select-pods.ts';

/** What selectors may find. */
export interface Known {
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  readonly select: SelectPods;
  readonly problems: Problems;
}

export function checkSelectors(policy: NetworkPolicy, known: Known): void {
  if (known.select.of(policy).length === 0) warnNobodyIsolated(policy, known);
  for (const direction of policy.policyTypes)
    for (const { peers } of rulesFor(policy, direction))
      for (const peer of peers ?? [])
        if (peer.kind === 'pods' && known.select.ofPeer(peer, policy).length === 0) warnNoPeer(peer, policy, known);
}

function warnNobodyIsolated({ key, namespace, podSelector, source }: NetworkPolicy, known: Known): void {
  const { pods, problems } = known;
  const message = `NetworkPolicy "${key}" isolates nobody`;
  const own = pods.filter(pod => pod.namespace === namespace);
  if (own.length === 0) {
    const places = [...new Set(pods.map(pod => pod.namespace))].filter(name => name !== 'kube-system');
    const hint =
      namespace === 'default' && places[0] !== undefined
        ? `a policy of another namespace has it before its name: "${places[0]}/${key}"`
        : suggestName(namespace, places);
    problems.warn(source, 'unknown-name', `${message}: there is no pod in namespace "${namespace}"`, hint);
    return;
  }
  const text = `${message}: ${saysNone(namespace, podSelector)}`;
  const path = isEmpty(podSelector) ? source : [...source, 'podSelector'];
  problems.warn(path, 'unknown-name', text, hintPods(podSelector, [namespace], OWN_ALONE, known) ?? UNTIL);
}

const UNTIL = 'until there is one, nothing is isolated by it';
const OWN_ALONE = 'a policy isolates only pods of its own';

function warnNoPeer(peer: PodPeer, { namespace }: NetworkPolicy, known: Known): void {
  const { namespaceSelector, podSelector, source } = peer;
  const report = (key: string, message: string, hint: string | undefined) =>
    known.problems.warn([...source, key], 'unknown-name', `this lets nobody through: ${message}`, hint);
  const found =
    namespaceSelector &&
    known.namespaces.filter(({ labels }) => selects(namespaceSelector, labels)).map(({ name }) => name);
  if (namespaceSelector && found?.length === 0) {
    const message = `no namespace ${fits(namespaceSelector)}`;
    report('namespaceSelector', message, hintNamespaces(namespaceSelector, known));
    return;
  }
  const places = found ?? [namespace];
  const where = places.length === 1 ? places[0] : undefined;
  const selector = podSelector ?? EVERYTHING;
  const advice = found ? '"namespaceSelector" does not find that one' : 'add a "namespaceSelector" to this item';
  const hint = hintPods(selector, places, advice, known);
  report(podSelector ? 'podSelector' : 'namespaceSelector', saysNone(where, selector), hint);
}

function saysNone(namespace: string | undefined, selector: LabelSelector): string {
  const where = namespace === undefined ? 'those namespaces' : `namespace "${namespace}"`;
  if (isEmpty(selector)) return `there is no pod in ${where} that has a network of its own`;
  return `no pod in ${where} ${fits(selector)}`;
}

const fits = (selector: LabelSelector) =>
  `${selector.matchExpressions.length === 0 ? 'has the labels' : 'fits'} ${selectorText(selector)}`;

/** Who else has the labels: one in its node's network, one elsewhere; or a value that is there, and is spelt alike. */
function hintPods(
  selector: LabelSelector,
  namespaces: readonly string[],
  advice: string,
  { pods }: Known,
): string | undefined {
  const near = pods.filter(({ namespace }) => namespaces.includes(namespace));
  const onHost = near.find(({ hostNetwork, labels }) => hostNetwork && selects(selector, labels));
  if (onHost) return `pod "${onHost.key}" is in the network of its node, and no selector means it`;
  const elsewhere = pods.find(({ namespace, labels }) => !namespaces.includes(namespace) && selects(selector, labels));
  if (elsewhere && !isEmpty(selector)) return `pod "${elsewhere.key}" has them, in another namespace: ${advice}`;
  return hintValues(selector, near);
}

function hintNamespaces(selector: LabelSelector, { namespaces }: Known): string | undefined {
  const names = namespaces.map(({ name }) => name);
  const byName = Object.entries(selector.matchLabels).find(
    ([key, value]) => key !== NAME_LABEL && names.includes(value),
  );
  if (byName) return `by its name a namespace is found as "${NAME_LABEL}: ${byName[1]}"`;
  const hint = hintValues(selector, namespaces);
  const [label = '…: …'] = Object.entries(selector.matchLabels).map(([key, value]) => `${key}: ${value}`);
  return hint ?? `give it to one: "namespaces: { shop: { labels: { ${label} } } }"`;
}

/** A value that others have for the same label. */
function hintValues(selector: LabelSelector, near: readonly { readonly labels: Readonly<Record<string, string>> }[]) {
  const hints = Object.entries(selector.matchLabels).flatMap(([label, value]) => {
    const known = [...new Set(near.flatMap(({ labels }) => ownValue(labels, label) ?? []))];
    return known.includes(value) ? [] : (suggestName(value, known) ?? []);
  });
  return hints[0];
}
