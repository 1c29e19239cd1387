/**
 * Cases with policies of every kind: all fields, each also missing, null or empty where it may be. There are few labels, ports and
 * addresses, so that what a rule says matters to somebody.
 */
import fc from 'fast-check';
import type {
  EgressRule,
  Expression,
  IngressRule,
  PeerItem,
  PolicyObject,
  PolicySpec,
  PortItem,
  Selector,
} from './evaluate.ts';
import { NODE_ADDRESSES, OUTSIDE, placedName, podAddresses, type World } from './world.ts';

/** Those that every pod listens on, on TCP and UDP. */
export const PORTS = [80, 81, 8080] as const;

const NAMESPACES = ['default', 'a', 'b'] as const;
const POD_KEYS = ['app', 'tier', 'example.com/part-of'] as const;
const NAMESPACE_KEYS = ['team', 'env'] as const;
const VALUES = ['', 'x', 'y'] as const;

/** Missing, null, an empty one, or something. */
const maybe = <T>(something: fc.Arbitrary<T>, empty: T, weight = 4) =>
  fc.oneof(
    { weight, arbitrary: something },
    { weight: 1, arbitrary: fc.constantFrom<T | null | undefined>(undefined, null, empty) },
  );

/** Keys of which the value is undefined are left out. */
const given = <T extends object>(entry: T): T =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as T;

const labels = (keys: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...VALUES), { maxKeys: keys.length });

/** A namespace that the file says nothing of has no entry. */
const namespaces = fc.record(
  Object.fromEntries(NAMESPACES.map(name => [name, fc.option(labels(NAMESPACE_KEYS), { freq: 4 })])),
);

type PodPort = NonNullable<World['pods'][number]['ports']>[number];

/** A name is a port of either protocol, and another number on another pod. */
const podPorts = fc
  .tuple(
    fc.shuffledSubarray([...PORTS], { minLength: 3 }),
    fc.subarray(['web', 'admin', 'dns'], { minLength: 1 }),
    fc.array(fc.constantFrom(undefined, 'TCP' as const, 'UDP' as const), { minLength: 3, maxLength: 3 }),
  )
  .map(([numbers, names, protocols]) =>
    names.map((name, index): PodPort => {
      const protocol = protocols[index];
      return { name, port: numbers[index] ?? 80, ...(protocol && { protocol }) };
    }),
  );

/** Where pods are: what of a running lab a change of its policies and labels leaves as it is. */
export type Places = readonly Pick<World['pods'][number], 'namespace' | 'name' | 'node' | 'hostNetwork'>[];

/** The last may be in the network of its node. */
export const arbitraryPlaces: fc.Arbitrary<Places> = fc
  .tuple(
    fc.array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), node: fc.constantFrom('node1', 'node2') }), {
      ...{ minLength: 5, maxLength: 5 },
    }),
    fc.nat(3),
  )
  .map(([list, dice]) =>
    list.map((one, index) => ({
      ...one,
      name: `p${index}`,
      ...(index === 4 && dice === 0 ? { hostNetwork: true } : {}),
    })),
  );

const pods = (places: Places): fc.Arbitrary<World['pods']> =>
  fc.tuple(
    ...places.map(place =>
      fc
        .record({ labels: labels(POD_KEYS), ports: place.hostNetwork ? fc.constant([]) : podPorts })
        .map((rest): World['pods'][number] => ({ ...place, ...rest })),
    ),
  );

const expression = (keys: readonly string[], values: readonly string[]): fc.Arbitrary<Expression> =>
  fc.oneof(
    fc.record({
      key: fc.constantFrom(...keys),
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.subarray([...values, 'nobody'], { minLength: 1 }),
    }),
    fc
      .record({
        key: fc.constantFrom(...keys, 'nobody'),
        operator: fc.constantFrom('Exists', 'DoesNotExist'),
        values: fc.constantFrom(undefined, null, []),
      })
      .map(given),
  );

const selector = (keys: readonly string[], values: readonly string[]): fc.Arbitrary<Selector> => {
  const byLabels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { minKeys: 1, maxKeys: 1 });
  const expressions = fc.array(expression(keys, values), { minLength: 1, maxLength: 2 });
  const unsaid = <T>(empty: T) => fc.constantFrom<T | null | undefined>(undefined, undefined, null, empty);
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.record({ matchLabels: unsaid({}), matchExpressions: expressions }) },
      { weight: 3, arbitrary: fc.record({ matchLabels: byLabels, matchExpressions: unsaid([]) }) },
      { weight: 1, arbitrary: fc.record({ matchLabels: byLabels, matchExpressions: expressions }) },
      { weight: 2, arbitrary: fc.record({ matchLabels: unsaid({}), matchExpressions: unsaid([]) }) },
    )
    .map(given);
};

const podSelector = selector(POD_KEYS, VALUES);

function namespaceSelector(world: number): fc.Arbitrary<Selector> {
  const name = fc.constantFrom(...NAMESPACES).map(one => placedName(one, world));
  return fc.oneof(
    { weight: 3, arbitrary: selector(NAMESPACE_KEYS, VALUES) },
    { weight: 1, arbitrary: name.map(value => ({ matchLabels: { 'kubernetes.io/metadata.name': value } })) },
    {
      weight: 1,
      arbitrary: name.map(value => ({
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn' as const, values: [value] }],
      })),
    },
  );
}

/** Blocks and what may be a hole in each. */
function blocks(world: number, pods: World['pods']): fc.Arbitrary<PeerItem> {
  const addresses = [
    ...pods.flatMap((one, index) => podAddresses(one, world, index)),
    ...[OUTSIDE, NODE_ADDRESSES].flatMap(all => Object.values(all).flat()),
  ];
  const hosts = addresses.map(address => `${address}/${address.includes(':') ? 128 : 32}`);
  const within = (family: 4 | 6) => hosts.filter(host => host.includes(':') === (family === 6));
  const choices: readonly (readonly [string, readonly string[]])[] = [
    ['0.0.0.0/0', ['10.244.0.0/16', '172.18.0.0/17', '10.0.0.0/8', '128.0.0.0/1', '0.0.0.0/1', ...within(4)]],
    ['::/0', ['fd00:10:244::/48', 'fd00:172:18::/64', 'fd00::/8', '::/1', ...within(6)]],
    ['10.244.0.0/16', ['10.244.0.0/24', '10.244.1.0/24', ...within(4).filter(host => host.startsWith('10.244.'))]],
    ['fd00:10:244::/48', ['fd00:10:244::/64', ...within(6).filter(host => host.startsWith('fd00:10:244:'))]],
    ['172.18.0.0/16', ['172.18.0.128/25', '172.18.0.0/28']],
    ['fd00:172:18::/64', ['fd00:172:18::/122', 'fd00:172:18::200/120']],
    // What stands behind the prefix counts for nothing.
    ['10.244.9.9/16', ['10.244.1.9/24', '10.244.0.9/24']],
    ...hosts.map(host => [host, []] as const),
  ];
  const [wide, narrow] = [choices.slice(0, 7), choices.slice(7)];
  return fc.oneof(fc.constantFrom(...wide), fc.constantFrom(...narrow)).chain(([cidr, holes]) =>
    fc
      .oneof(
        fc.constantFrom(undefined, null, []),
        fc.shuffledSubarray([...holes], {
          minLength: Math.min(1, holes.length),
          maxLength: Math.min(2, holes.length),
        }),
      )
      .map(except => ({ ipBlock: given({ cidr, except }) })),
  );
}

function peers(world: number, pods: World['pods']): fc.Arbitrary<readonly PeerItem[]> {
  const ofNamespaces = namespaceSelector(world);
  const peer: fc.Arbitrary<PeerItem> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ podSelector }) },
    { weight: 3, arbitrary: fc.record({ namespaceSelector: ofNamespaces }) },
    { weight: 3, arbitrary: fc.record({ podSelector, namespaceSelector: ofNamespaces }) },
    {
      weight: 1,
      arbitrary: fc.record({ podSelector, namespaceSelector: fc.constant(null), ipBlock: fc.constant(null) }),
    },
    { weight: 4, arbitrary: blocks(world, pods) },
  );
  return fc.array(peer, { minLength: 1, maxLength: 3 });
}

const protocol = fc.constantFrom(undefined, null, 'TCP' as const, 'UDP' as const, 'UDP' as const, 'SCTP' as const);

const port: fc.Arbitrary<PortItem> = fc
  .oneof(
    { weight: 2, arbitrary: fc.record({ protocol, port: fc.constantFrom(undefined, null) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        protocol,
        port: fc.constantFrom(...PORTS, 8443),
        endPort: fc.constantFrom(undefined, null),
      }),
    },
    { weight: 4, arbitrary: fc.record({ protocol, port: fc.constantFrom('web', 'admin', 'dns', 'nobody') }) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(protocol, fc.constantFrom([80, 80], [80, 81], [81, 8080], [1, 80], [82, 8079], [1, 65535]))
        .map(([protocol, [port, endPort]]) => ({ protocol, port, endPort })),
    },
  )
  .map(given);

const ports = fc.array(port, { minLength: 1, maxLength: 3 });

/** Selects at least one pod, if it is in the policy's namespace. */
const ofSomebody = (pods: World['pods']): fc.Arbitrary<Selector> =>
  fc.constantFrom(...pods).map(({ labels }) => ({ matchLabels: labels ?? null }));

function spec(world: number, all: World['pods']): fc.Arbitrary<PolicySpec> {
  const somebody = peers(world, all);
  const ingress = fc.record({ from: maybe(somebody, []), ports: maybe(ports, [], 1) }).map(given<IngressRule>);
  const egress = fc.record({ to: maybe(somebody, []), ports: maybe(ports, [], 1) }).map(given<EgressRule>);
  const rules = <T>(rule: fc.Arbitrary<T>) => maybe(fc.array(rule, { minLength: 1, maxLength: 2 }), [] as T[], 5);
  return fc
    .record({
      podSelector: fc.oneof(fc.constant({}), podSelector, ofSomebody(all)),
      policyTypes: fc.constantFrom<PolicySpec['policyTypes']>(
        ...[undefined, null, []],
        ...([['Ingress'], ['Ingress'], ['Egress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress']] as const),
      ),
      ingress: rules(ingress),
      egress: rules(egress),
    })
    .map(given);
}

/** The number of the world is that of its place: its policies say its addresses and the names of its namespaces. */
export function worldAt(world: number, places: Places): fc.Arbitrary<World> {
  const inhabited = [...new Set(places.map(({ namespace }) => namespace))];
  return fc.tuple(namespaces, pods(places)).chain(([allNamespaces, allPods]) => {
    const policies = fc
      .array(fc.tuple(fc.constantFrom(...inhabited), spec(world, allPods)), { minLength: 3, maxLength: 6 })
      .map(list => list.map(([namespace, one], index): PolicyObject => ({ namespace, name: `n${index}`, spec: one })));
    return policies.map(all => ({ namespaces: allNamespaces, pods: allPods, policies: all }));
  });
}

export const arbitraryWorld = (world: number): fc.Arbitrary<World> =>
  arbitraryPlaces.chain(places => worldAt(world, places));
