/** NetworkPolicies as the lab file writes them: with every default written out. */
import type {
  LabelSelectorEntry,
  LabFile,
  NetworkPolicyEntry,
  NetworkPolicyPeerEntry,
  NetworkPolicyPortEntry,
} from '../../language/lab/generated/lab-file.ts';
import type { LabelRequirement, LabelSelector } from '../../language/lab/label-selector.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from './model.ts';

export function expandPolicies(policies: readonly NetworkPolicy[]): Pick<LabFile, 'networkPolicies'> {
  if (policies.length === 0) return {};
  return { networkPolicies: Object.fromEntries(policies.map(policy => [policy.key, expandPolicy(policy)])) };
}

function expandPolicy({ labels, annotations, podSelector, policyTypes, ...rules }: NetworkPolicy): NetworkPolicyEntry {
  const ingress = rules.ingress.map(rule => expandRule('from', rule));
  const egress = rules.egress.map(rule => expandRule('to', rule));
  return {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    podSelector: expandSelector(podSelector),
    policyTypes: [...policyTypes],
    ...(policyTypes.includes('Ingress') ? { ingress } : {}),
    ...(policyTypes.includes('Egress') ? { egress } : {}),
  };
}

function expandRule<K extends 'from' | 'to'>(word: K, { peers, ports }: PolicyRule) {
  const entries = (peers === null ? {} : { [word]: peers.map(expandPeer) }) as {
    [P in K]?: NetworkPolicyPeerEntry[];
  };
  return { ...entries, ...(ports === null ? {} : { ports: ports.map(expandPort) }) };
}

function expandPeer(peer: Peer): NetworkPolicyPeerEntry {
  if (peer.kind === 'block') {
    const { cidr, except } = peer;
    return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } };
  }
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector ? { namespaceSelector: expandSelector(namespaceSelector) } : {}),
    ...(podSelector ? { podSelector: expandSelector(podSelector) } : {}),
  };
}

const expandPort = ({ protocol, port, endPort }: PolicyPort): NetworkPolicyPortEntry => ({
  protocol,
  ...(port === null ? {} : { port }),
  ...(endPort === null ? {} : { endPort }),
});

const expandSelector = ({ matchLabels, matchExpressions }: LabelSelector): LabelSelectorEntry => ({
  ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
  ...(matchExpressions.length === 0 ? {} : { matchExpressions: matchExpressions.map(expandRequirement) }),
});

const expandRequirement = ({ key, operator, values }: LabelRequirement) => ({
  ...{ key, operator },
  ...(values.length === 0 ? {} : { values }),
});
