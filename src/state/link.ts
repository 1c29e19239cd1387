/** Links: bridges, veth pairs, and those that netlab finds but does not make. Their settings are in `device.ts`. */

import { BY_IP } from './batching.ts';
import { always, type HostFeature, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, nsToken, PHASES } from './kind.ts';
import { LINKS, type LinkDump, type Observing, type SeenNamespace } from './question.ts';

export interface Bridge {
  readonly kind: 'bridge';
  readonly ns: string;
  readonly name: string;
}

export interface VethEnd {
  readonly ns: string;
  readonly name: string;
}

/** A pair of virtual Ethernet interfaces: what goes in at one comes out at the other. */
export interface Veth {
  readonly kind: 'veth';
  /** The end whose namespace the pair is made from. */
  readonly a: VethEnd;
  /** Null for an observed pair whose other end is in no namespace of the lab. */
  readonly b: VethEnd | null;
}

/** A link of a kind netlab does not make; only ever observed. */
export interface ForeignLink {
  readonly kind: 'foreign-link';
  readonly ns: string;
  readonly name: string;
  readonly type: string;
}

const turn = (operation: string) => ({
  phase: operation === 'delete' ? PHASES.deleteLinks : PHASES.links,
  rank: 0,
});

/** Tunnel ends that some modules put into every new namespace. */
const KERNEL_LINKS = /^(tunl|sit|gre|gretap|erspan|ip_vti|ip6_vti|ip6tnl|ip6gre|teql)0$/;

/** Those of a namespace that were made; `lo` only has settings. */
export function linksOf({ answer }: SeenNamespace): readonly LinkDump[] {
  return answer(LINKS).filter(({ name }) => !KERNEL_LINKS.test(name));
}

/** Of a kind that netlab does not make. */
export const isForeign = ({ loopback, kind }: LinkDump) => !loopback && kind !== 'bridge' && kind !== 'veth';

/** How links of some kind are seen. */
const linksThat = <T extends Bridge | Veth | ForeignLink>(
  toObject: (ns: string, link: LinkDump) => T | undefined,
): Observing<T> => ({
  questions: [LINKS],
  read: seen =>
    linksOf(seen).flatMap(link => {
      const object = link.loopback ? undefined : toObject(seen.ns, link);
      return object === undefined ? [] : [object];
    }),
});

function feature(type: string, title: string, use: string, words: readonly string[]): HostFeature {
  const argv = ['ip', 'link', 'add', 'name', 'try0', 'type', type, ...words];
  return { id: type, title, use, argv, package: 'iproute2', module: type };
}

const BRIDGES = feature('bridge', 'bridges', 'cbr0 and switches', []);
const VETH_PAIRS = feature('veth', 'veth pairs', 'every interface', ['peer', 'name', 'try1']);

const remove = ({ ns, name }: VethEnd) => [{ ns, argv: ['ip', 'link', 'del', 'dev', name] }];

export const bridgeKind: KindSpec<Bridge> = {
  key: ({ ns, name }) => `bridge ${ns} ${name}`,
  observing: linksThat((ns, { kind, name }) => (kind === 'bridge' ? { kind, ns, name } : undefined)),
  same: () => true,
  needs: ({ ns }) => [nsToken(ns)],
  gives: ({ ns, name }) => [devToken(ns, name)],
  turn,
  needsOfHost: always(BRIDGES),
  batching: () => BY_IP,
  add: ({ ns, name }) => [{ ns, argv: ['ip', 'link', 'add', 'name', name, 'type', 'bridge'] }],
  change: () => [],
  delete: remove,
  label: ({ name }) => `bridge ${name}`,
};

const endKey = (end: VethEnd | null) => (end ? `${end.ns} ${end.name}` : '?');

function vethEnds({ a, b }: Veth): VethEnd[] {
  return b ? [a, b] : [a];
}

/**
 * Either end takes the other along, and so does either namespace: then the kernel removes the pair in its own time,
 * many at once, where deleting them one by one would cost some 20 ms each.
 */
export const vethKind: KindSpec<Veth> = {
  observing: linksThat((ns, { kind, name, peer }) =>
    kind === 'veth' ? { kind, a: { ns, name }, b: peer } : undefined,
  ),
  key: ({ a, b }) => `veth ${[endKey(a), endKey(b)].sort().join(' ')}`,
  same: () => true,
  needs: veth => vethEnds(veth).map(({ ns }) => nsToken(ns)),
  gives: veth => vethEnds(veth).map(({ ns, name }) => devToken(ns, name)),
  turn,
  needsOfHost: always(VETH_PAIRS),
  batching: () => BY_IP,
  /** Half a pair, as it is seen where the other end is out of reach, cannot be made. */
  add: ({ a, b }) => {
    if (b === null) return [];
    const peer = ['peer', 'name', b.name, ...(b.ns === a.ns ? [] : ['netns', b.ns])];
    return [{ ns: a.ns, argv: ['ip', 'link', 'add', 'name', a.name, 'type', 'veth', ...peer] }];
  },
  change: () => [],
  delete: ({ a }) => remove(a),
  label: ({ a, b }) => `veth pair ${a.ns}:${a.name} – ${b ? `${b.ns}:${b.name}` : '?'}`,
};

export const foreignLinkKind: KindSpec<ForeignLink> = {
  key: ({ ns, name }) => `foreign-link ${ns} ${name}`,
  observing: linksThat((ns, link) =>
    isForeign(link) ? { kind: 'foreign-link', ns, name: link.name, type: link.kind ?? 'device' } : undefined,
  ),
  same: () => true,
  needs: ({ ns }) => [nsToken(ns)],
  gives: ({ ns, name }) => [devToken(ns, name)],
  turn,
  needsOfHost: always(IPROUTE2),
  batching: () => BY_IP,
  add: ({ ns, name, type }) => [{ ns, argv: ['ip', 'link', 'add', 'name', name, 'type', type] }],
  change: () => [],
  delete: remove,
  label: ({ name, type }) => `${type} ${name}`,
};
