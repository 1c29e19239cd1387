import { describe, expect, it } from 'vitest';
import { type PeerOracle, resolvePeers } from '../../../src/agent/peers.ts';
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
