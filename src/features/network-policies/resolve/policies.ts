/**
 * NetworkPolicies: entries of the lab file in, policies with every default filled in out. What Kubernetes' API server refuses
 * is reported (kubernetes, pkg/apis/networking/validation, ValidateNetworkPolicySpec), as far as the schema does not.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile, NetworkPolicyEntry } from '../../../language/lab/generated/lab-file.ts';
import { namespacedKey, sortNaturally, splitNamespaced } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { NetworkPolicy } from '../model.ts';
import { readDirections } from './directions.ts';
import { type RuleEntry, readRule } from './rules.ts';
import { readSelector } from './selector.ts';

interface PolicyDraft {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: NetworkPolicyEntry;
  readonly source: Path;
}

export function resolvePolicies(file: LabFile, problems: Problems): NetworkPolicy[] {
  const drafts = Object.entries(file.networkPolicies ?? {}).map(([written, entry]): PolicyDraft => {
    const { namespace, name } = splitNamespaced(written);
    return { key: namespacedKey(namespace, name), namespace, name, entry, source: ['networkPolicies', written] };
  });
  return sortNaturally(withoutDoubles(drafts, problems), ({ key }) => key).map(draft => toPolicy(draft, problems));
}

/** `deny` and `default/deny` are one name. */
function withoutDoubles(drafts: readonly PolicyDraft[], problems: Problems): PolicyDraft[] {
  const byKey = new Map<string, PolicyDraft>();
  for (const draft of drafts) {
    const message = `NetworkPolicy "${draft.key}" is there twice`;
    if (byKey.has(draft.key)) problems.errorAtKey(draft.source, 'name-taken', message, 'remove one of the two');
    else byKey.set(draft.key, draft);
  }
  return [...byKey.values()];
}

function toPolicy({ key, namespace, name, entry, source }: PolicyDraft, problems: Problems): NetworkPolicy {
  const policyTypes = readDirections(entry, source, problems);
  const rules = (entries: readonly RuleEntry[] | undefined, word: string) =>
    (entries ?? []).map((rule, index) => readRule(rule, [...source, word, index], problems));
  const [ingress, egress] = [rules(entry.ingress, 'ingress'), rules(entry.egress, 'egress')];
  return {
    ...{ key, namespace, name, source },
    ...{ labels: entry.labels ?? {}, annotations: entry.annotations ?? {} },
    podSelector: readSelector(entry.podSelector, [...source, 'podSelector'], problems),
    policyTypes,
    ingress: policyTypes.includes('Ingress') ? ingress : [],
    egress: policyTypes.includes('Egress') ? egress : [],
  };
}
