/** Namespaces and NetworkPolicies of a generated lab: every kind of selector, peer and port, for pods with the labels of the other generators. */
import fc from 'fast-check';
import type {
  LabelSelectorEntry,
  LabFile,
  NetworkPolicyEntry,
  NetworkPolicyPeerEntry,
  NetworkPolicyPortEntry,
} from '../../src/language/lab/generated/lab-file.ts';

const selector: fc.Arbitrary<LabelSelectorEntry> = fc.constantFrom<LabelSelectorEntry>(
  {},
  { matchLabels: { app: 'web' } },
  { matchLabels: { app: 'db' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
  { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] },
  { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] },
  { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
);

const namespaceSelector: fc.Arbitrary<LabelSelectorEntry> = fc.constantFrom<LabelSelectorEntry>(
  {},
  { matchLabels: { team: 'a' } },
  { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
  { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] },
);

const peer: fc.Arbitrary<NetworkPolicyPeerEntry> = fc.oneof(
  selector.map(podSelector => ({ podSelector })),
  namespaceSelector.map(one => ({ namespaceSelector: one })),
  fc.tuple(namespaceSelector, selector).map(([one, podSelector]) => ({ namespaceSelector: one, podSelector })),
  fc
    .constantFrom(
      { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] },
      { cidr: '::/0' },
      { cidr: '10.100.0.0/16', except: ['10.100.1.0/24', '10.100.1.7/32'] },
      { cidr: 'FD00:100:0:0::/48' },
      { cidr: '192.0.2.1/32' },
    )
    .map(ipBlock => ({ ipBlock })),
);

const port: fc.Arbitrary<NetworkPolicyPortEntry> = fc.constantFrom<NetworkPolicyPortEntry>(
  {},
  null,
  { port: 80 },
  { port: 80, endPort: 90, protocol: 'UDP' },
  { port: 'http' },
  { protocol: 'SCTP' },
);

/** Missing, null and empty are all of them. */
const some = <T>(one: fc.Arbitrary<T>) => fc.constantFrom(0, 1, 1, 2).chain(most => fc.array(one, { maxLength: most }));

const rules = <K extends string>(word: K) =>
  fc.array(fc.record({ [word]: some(peer), ports: some(port) }, { requiredKeys: [] }), { maxLength: 2 });

export const policies = fc.array(
  fc.record({
    namespace: fc.constantFrom('', 'team-a/', 'team-b/'),
    entry: fc.record(
      {
        podSelector: selector,
        policyTypes: fc.subarray(['Ingress', 'Egress']),
        ingress: rules('from'),
        egress: rules('to'),
        annotations: fc.constant({ 'example.com/why': 'because' }),
      },
      { requiredKeys: [] },
    ),
  }),
  { maxLength: 4 },
);

export const namespaces = fc.dictionary(
  fc.constantFrom('default', 'team-a', 'team-b', 'nobody'),
  fc.constantFrom(null, {}, { labels: { team: 'a' } }, { labels: { team: 'b' }, annotations: { a: 'b' } }),
  { maxKeys: 3 },
);

type PolicyChoice = typeof policies extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/** Names of Kubernetes' policies may have dots, and be longer than those of anything else. */
export function writePolicies(choices: readonly PolicyChoice[]): LabFile['networkPolicies'] {
  if (choices.length === 0) return undefined;
  const name = (index: number) => (index === 0 ? `a.policy-with-${'a-very-'.repeat(20)}long.name` : `policy-${index}`);
  return Object.fromEntries(
    choices.map(({ namespace, entry }, index) => [`${namespace}${name(index)}`, entry as NetworkPolicyEntry]),
  );
}
