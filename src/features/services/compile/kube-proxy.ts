/**
 * Services in, the iptables chains of every node out, as kube-proxy's iptables mode writes them: same chains, same names,
 * same order, same comments.
 *
 * A node outside of the cluster runs no kube-proxy. Which pods are ready is told by the caller.
 */
import { wantChain } from '../../../compile/want.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { Words } from '../../../netfilter/rule-words.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Chain, Rules } from '../../../state/netfilter.ts';
import type { Wanted } from '../../../state/state.ts';
import type { ProxyNode } from './chains.ts';
import { joinShared, listProxyNodes, makeRules, type PortRules, proxiedFamilies, splitKey } from './nodes.ts';
import { listPorts, type ProxiedPort } from './ports.ts';
import { reasonFor } from './reasons.ts';
import { BASE_CHAINS } from './skeleton.ts';

export function compileServices(lab: Lab, unready: UnreadyPods = new Set()): Wanted[] {
  return [...compileEachNode(lab, unready)].flat();
}

/** Node by node and family by family: those of one are many, and a caller that needs no more at a time saves memory. */
export function* compileEachNode(lab: Lab, unready: UnreadyPods): Generator<Wanted[]> {
  for (const family of proxiedFamilies(lab)) {
    const ports = listPorts(lab.services, family, unready);
    const rules = makeRules();
    for (const node of listProxyNodes(lab, family, ports)) yield compileNode(node, ports, rules);
  }
}

/** Whether an object is one of kube-proxy's own chains, which change with the readiness of pods. */
export function isProxyChain(lab: Lab): (object: KernelObject) => object is Chain | Rules {
  const isRunning = (lab.services ?? []).length > 0;
  const namespaces = new Set(isRunning ? lab.nodes.flatMap(({ external, ns }) => (external ? [] : [ns])) : []);
  return (object): object is Chain | Rules =>
    (object.kind === 'chain' || object.kind === 'rules') &&
    object.chain.startsWith('KUBE-') &&
    namespaces.has(object.ns);
}

function compileNode(node: ProxyNode, ports: readonly ProxiedPort[], { sharedOf, ownOf }: PortRules): Wanted[] {
  const place = { ns: node.ns, family: node.family };
  const shared = [...joinShared(node, ports, sharedOf)].map(([key, rules]) => ({ ...splitKey(key), rules }));
  const own: CompiledChain[] = [];
  for (const port of ports)
    for (const [chain, rules] of ownOf(port, node)) own.push({ table: 'nat', chain, rules, port });
  const chains: CompiledChain[] = [...sortByName([...shared, ...own]), ...BASE_CHAINS];
  return chains.flatMap(({ table, chain, rules, port }) =>
    wantChain({ ...place, table, chain }, rules, reasonFor(chain, node.key, port), port?.source ?? SECTION),
  );
}

const SECTION: Path = ['services'];

interface CompiledChain {
  readonly table: string;
  readonly chain: string;
  readonly rules: readonly Words[];
  /** Undefined for the chains that all Services share. */
  readonly port?: ProxiedPort;
}

/** As iptables keeps them: what comes in another order takes it three times as long to load. */
function sortByName(chains: readonly CompiledChain[]): CompiledChain[] {
  const byName = new Map<string, CompiledChain[]>();
  for (const item of chains) {
    const same = byName.get(item.chain);
    if (same) same.push(item);
    else byName.set(item.chain, [item]);
  }
  // Names alone are sorted several times as fast as by a comparison of one's own.
  return [...byName.keys()].sort().flatMap(name => byName.get(name) ?? []);
}
