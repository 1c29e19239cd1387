/** How policies may be misread: each turns policies into those that mean, read rightly, what they are taken for. */
import type { Cluster, EgressRule, IngressRule, PeerItem, PolicySpec, PortItem, Selector } from './evaluate.ts';

type Misreading = (cluster: Cluster) => Cluster;

const bySpec =
  (change: (spec: PolicySpec) => PolicySpec): Misreading =>
  cluster => ({ ...cluster, policies: cluster.policies.map(one => ({ ...one, spec: change(one.spec) })) });

type Rule = { readonly peers: IngressRule['from']; readonly ports: IngressRule['ports'] };

const byRule = (change: (rule: Rule) => Rule): Misreading =>
  bySpec(({ ingress, egress, ...spec }) => ({
    ...spec,
    ingress: ingress?.map(({ from, ports }): IngressRule => {
      const changed = change({ peers: from, ports });
      return { from: changed.peers, ports: changed.ports };
    }),
    egress: egress?.map(({ to, ports }): EgressRule => {
      const changed = change({ peers: to, ports });
      return { to: changed.peers, ports: changed.ports };
    }),
  }));

const egressOf = ({ egress }: PolicySpec) => (egress && egress.length > 0 ? (['Egress'] as const) : []);

const NOBODY: PeerItem = { podSelector: { matchExpressions: [{ key: 'no-such-key', operator: 'Exists' }] } };

const byPeer = (change: (peer: PeerItem) => readonly PeerItem[]): Misreading =>
  byRule(({ peers, ports }) => ({
    peers: peers && peers.length > 0 ? [NOBODY, ...peers.flatMap(peer => [...change(peer)])] : peers,
    ports,
  }));

const NO_PORT: PortItem = { protocol: 'SCTP', port: 1 };

const byPort = (change: (port: PortItem) => readonly PortItem[]): Misreading =>
  byRule(({ peers, ports }) => ({
    peers,
    ports: ports && ports.length > 0 ? [NO_PORT, ...ports.flatMap(port => [...change(port)])] : ports,
  }));

const bySelector = (change: (selector: Selector) => Selector): Misreading => {
  const changed = (selector: Selector | null | undefined) => selector && change(selector);
  return cluster => {
    const peers = byPeer(peer => [
      { ...peer, podSelector: changed(peer.podSelector), namespaceSelector: changed(peer.namespaceSelector) },
    ]);
    return bySpec(spec => ({ ...spec, podSelector: change(spec.podSelector ?? {}) }))(peers(cluster));
  };
};

type Terms = NonNullable<Selector['matchExpressions']>;

const byTerms = (change: (term: Terms[number]) => Terms[number] | null): Misreading =>
  bySelector(selector => ({
    ...selector,
    matchExpressions: (selector.matchExpressions ?? []).flatMap(term => change(term) ?? []),
  }));

const EVERY_PORT: readonly PortItem[] = [{ protocol: 'TCP' }, { protocol: 'UDP' }];

export const MISREADINGS: Readonly<Record<string, Misreading>> = {
  'matchLabels is not read': bySelector(one => ({ ...one, matchLabels: null })),
  'matchExpressions are not read': bySelector(one => ({ ...one, matchExpressions: null })),
  'In means Exists': byTerms(term => (term.operator === 'In' ? { key: term.key, operator: 'Exists' } : term)),
  'In has one value': byTerms(term =>
    term.operator === 'In' ? { ...term, values: (term.values ?? []).slice(0, 1) } : term,
  ),
  'NotIn is not read': byTerms(term => (term.operator === 'NotIn' ? null : term)),
  'NotIn wants the key': bySelector(one => ({
    ...one,
    matchExpressions: (one.matchExpressions ?? []).flatMap(term =>
      term.operator === 'NotIn' ? [term, { key: term.key, operator: 'Exists' as const }] : [term],
    ),
  })),
  'Exists wants a value that is not empty': bySelector(one => ({
    ...one,
    matchExpressions: (one.matchExpressions ?? []).flatMap(term =>
      term.operator === 'Exists' ? [term, { key: term.key, operator: 'NotIn' as const, values: [''] }] : [term],
    ),
  })),
  'DoesNotExist is not read': byTerms(term => (term.operator === 'DoesNotExist' ? null : term)),
  'a podSelector alone means all namespaces': byPeer(peer => [
    peer.podSelector && !peer.namespaceSelector ? { ...peer, namespaceSelector: {} } : peer,
  ]),
  'of two selectors in a peer either is enough': byPeer(({ podSelector, namespaceSelector, ipBlock }) =>
    podSelector && namespaceSelector
      ? [{ podSelector }, { namespaceSelector }]
      : [{ podSelector, namespaceSelector, ipBlock }],
  ),
  'of two selectors in a peer the first counts': byPeer(peer => [
    peer.podSelector && peer.namespaceSelector ? { podSelector: peer.podSelector } : peer,
  ]),
  'an empty namespaceSelector means everybody': byPeer(peer =>
    peer.namespaceSelector && Object.values(peer.namespaceSelector).flatMap(one => Object.keys(one ?? {})).length === 0
      ? [peer, { ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]
      : [peer],
  ),
  'a block means nobody': byPeer(peer => (peer.ipBlock ? [] : [peer])),
  'a block of IPv6 means nobody': byPeer(peer => (peer.ipBlock?.cidr.includes(':') ? [] : [peer])),
  'a block of everything means both families': byPeer(peer =>
    peer.ipBlock?.cidr.endsWith('/0')
      ? [peer, { ipBlock: { cidr: '::/0' } }, { ipBlock: { cidr: '0.0.0.0/0' } }]
      : [peer],
  ),
  'except is not read': byPeer(peer => [peer.ipBlock ? { ipBlock: { cidr: peer.ipBlock.cidr } } : peer]),
  'except has one hole': byPeer(peer => [
    peer.ipBlock?.except ? { ipBlock: { ...peer.ipBlock, except: peer.ipBlock.except.slice(0, 1) } } : peer,
  ]),
  'no peers are nobody': byRule(rule => (rule.peers && rule.peers.length > 0 ? rule : { ...rule, peers: [NOBODY] })),
  'no ports are none': byRule(rule => (rule.ports && rule.ports.length > 0 ? rule : { ...rule, ports: [NO_PORT] })),
  'peers are not read': byRule(({ ports }) => ({ peers: null, ports })),
  'ports are not read': byRule(({ peers }) => ({ peers, ports: null })),
  'a protocol that is not said is any': byPort(({ protocol, ...port }) =>
    protocol ? [{ protocol, ...port }] : EVERY_PORT.map(every => ({ ...every, ...port })),
  ),
  'the protocol is not read': byPort(port => EVERY_PORT.map(({ protocol }) => ({ ...port, protocol }))),
  'endPort is not read': byPort(({ endPort: _, ...port }) => [port]),
  'a range ends before endPort': byPort(({ endPort, port, ...rest }) =>
    endPort && typeof port === 'number'
      ? [{ ...rest, port, endPort: Math.max(port, endPort - 1) }]
      : [{ ...rest, port }],
  ),
  'a named port is none': byPort(port => (typeof port.port === 'string' ? [] : [port])),
  'a named port is any': byPort(({ port, ...rest }) => [typeof port === 'string' ? rest : { ...rest, port }]),
  'a named port is the number that any pod has for it': cluster =>
    byPort(({ port, protocol }) =>
      typeof port === 'string'
        ? cluster.pods
            .flatMap(({ ports }) => ports ?? [])
            .filter(one => one.name === port && (one.protocol ?? 'TCP') === (protocol ?? 'TCP'))
            .map(one => ({ protocol, port: one.port }))
        : [{ port, protocol }],
    )(cluster),
  'a port without number is none': byPort(port => (port.port === null || port.port === undefined ? [] : [port])),
  'policyTypes that are not said are Ingress': bySpec(spec =>
    spec.policyTypes?.length ? spec : { ...spec, policyTypes: ['Ingress'] },
  ),
  'policyTypes that are not said are both': bySpec(spec =>
    spec.policyTypes?.length ? spec : { ...spec, policyTypes: ['Ingress', 'Egress'] },
  ),
  'Ingress is always there': bySpec(spec => ({
    ...spec,
    policyTypes: ['Ingress', ...(spec.policyTypes ?? egressOf(spec))],
  })),
  'rules isolate, whatever policyTypes say': bySpec(spec => ({
    ...spec,
    policyTypes: [
      ...(spec.ingress?.length ? (['Ingress'] as const) : []),
      ...(spec.egress?.length ? (['Egress'] as const) : []),
      ...(spec.policyTypes ?? ['Ingress']),
    ],
  })),
  'only the first rule counts': bySpec(spec => ({
    ...spec,
    ingress: spec.ingress?.slice(0, 1),
    egress: spec.egress?.slice(0, 1),
  })),
  'only the first policy of a namespace counts': cluster => ({
    ...cluster,
    policies: cluster.policies.filter(
      (one, index, all) => all.findIndex(({ namespace }) => namespace === one.namespace) === index,
    ),
  }),
  'labels of namespaces are not read': cluster => ({ ...cluster, namespaces: {} }),
  'names of namespaces are no labels': bySelector(one => ({
    ...one,
    matchLabels: Object.fromEntries(
      Object.entries(one.matchLabels ?? {}).map(([key, value]) => [
        key,
        key.endsWith('metadata.name') ? 'nobody' : value,
      ]),
    ),
  })),
  'a policy means the pods of all namespaces': cluster => ({
    ...cluster,
    policies: cluster.policies.flatMap(one =>
      [...new Set(cluster.pods.map(({ namespace }) => namespace))].map(namespace => ({ ...one, namespace })),
    ),
  }),
  'a pod in the network of its node is one like others': cluster => ({
    ...cluster,
    pods: cluster.pods.map(pod => ({ ...pod, hostNetwork: false })),
  }),
};
