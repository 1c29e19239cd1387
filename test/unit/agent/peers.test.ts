import { describe, expect, it } from 'vitest';
import { knownPeers, type PeerOracle, resolvePeers } from '../../../src/agent/peers.ts';
import type { RawLink } from '../../../src/netlink/link.ts';

function veth(index: number, lower: number, lowerNsid: number | null, mac: string, kind = 'veth'): RawLink {
  return {
    index,
    name: `if${index}`,
    kind,
    loopback: false,
    up: true,
    mtu: 1500,
    mac,
    master: null,
    lower,
    lowerNsid,
    addrGenMode: null,
    qdisc: 'noqueue',
  };
}

/** Two nodes with a pod each, whose indices are all the same: only the kernel can tell them apart. */
const LINKS = new Map([
  ['node1', [veth(2, 2, 0, 'a1')]],
  ['node2', [veth(2, 2, 0, 'a2')]],
  ['pod1', [veth(2, 2, 0, 'b1')]],
  ['pod2', [veth(2, 2, 0, 'b2')]],
]);
const PARTNER: Readonly<Record<string, string>> = { node1: 'pod2', pod2: 'node1', node2: 'pod1', pod1: 'node2' };

function oracle(knowsMac: boolean): PeerOracle & { asked: number } {
  const made = {
    asked: 0,
    macOf: (ns: string) => (knowsMac ? (LINKS.get(PARTNER[ns] ?? '')?.[0]?.mac ?? null) : null),
    nsidOf: (ns: string, other: string) => {
      made.asked++;
      return PARTNER[ns] === other ? 0 : -1;
    },
  };
  return made;
}

const resolved = (links: ReadonlyMap<string, readonly RawLink[]>, asking: PeerOracle) => {
  const peers = resolvePeers(links, asking);
  return Object.fromEntries([...links].map(([ns, all]) => [ns, all.map(link => peers.get(link)?.ns ?? null)]));
};

describe('resolvePeers', () => {
  it.each([true, false])('finds the peers among look-alikes (MAC known: %s)', knowsMac => {
    expect(resolved(LINKS, oracle(knowsMac))).toEqual({
      node1: ['pod2'],
      node2: ['pod1'],
      pod1: ['node2'],
      pod2: ['node1'],
    });
  });

  it('asks once a pair where the MAC is known', () => {
    const asking = oracle(true);
    resolvePeers(LINKS, asking);
    expect(asking.asked).toBe(2);
  });

  it('finds a peer in the same namespace without asking', () => {
    const asking = oracle(true);
    expect(resolved(new Map([['a', [veth(2, 3, null, 'x'), veth(3, 2, null, 'y')]]]), asking)).toEqual({
      a: ['a', 'a'],
    });
    expect(asking.asked).toBe(0);
  });

  it('leaves out what is no veth and what has its peer elsewhere', () => {
    const links = new Map([['a', [veth(2, 2, 5, 'x'), veth(3, 2, null, 'y', 'vxlan')]]]);
    expect(resolved(links, oracle(true))).toEqual({ a: [null, null] });
  });
});

describe('knownPeers', () => {
  const peers = resolvePeers(LINKS, oracle(true));
  /** Heard anew: equal, and not the same. */
  const again = (changes: Readonly<Record<string, RawLink>>) =>
    new Map([...LINKS].map(([ns, links]) => [ns, links.map(link => changes[ns] ?? { ...link })]));
  const partners = (links: ReturnType<typeof again>) => {
    const known = knownPeers(links, LINKS, peers);
    return Object.fromEntries([...links].map(([ns, all]) => [ns, all.map(link => known.get(link)?.ns ?? null)]));
  };

  it('are those of links that are as they were, so that nobody is asked', () => {
    const links = again({});
    expect(partners(links)).toEqual({ node1: ['pod2'], node2: ['pod1'], pod1: ['node2'], pod2: ['node1'] });
    const asking = oracle(true);
    resolvePeers(links, asking, knownPeers(links, LINKS, peers));
    expect(asking.asked).toBe(0);
  });

  it.each([
    ['leads to another index', veth(2, 3, 0, 'a1')],
    ['leads to another namespace', veth(2, 2, 1, 'a1')],
  ])('are not those of a link that %s', (_, link) => {
    expect(partners(again({ node1: link }))).toMatchObject({ node1: [null], pod2: [null] });
  });

  it('are known to both where one of them has another MAC', () => {
    expect(partners(again({ node1: veth(2, 2, 0, 'new') }))).toMatchObject({ node1: ['pod2'], pod2: ['node1'] });
  });

  it('are asked about where both are new', () => {
    const links = again({ node1: veth(2, 2, 0, 'new'), pod2: veth(2, 2, 0, 'other') });
    expect(partners(links)).toMatchObject({ node1: [null], pod2: [null] });
  });

  it('have the names that they have by now', () => {
    const links = again({ pod2: { ...veth(2, 2, 0, 'b2'), name: 'renamed' } });
    const [link] = links.get('node1') ?? [];
    expect(link && knownPeers(links, LINKS, peers).get(link)).toEqual({ ns: 'pod2', name: 'renamed' });
  });
});
