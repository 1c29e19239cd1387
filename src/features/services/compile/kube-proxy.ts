/**
 * Services in, the iptables chains of every node out, as kube-proxy's iptables mode writes them: same chains, same names,
 * same order, same comments.
 *
 * A node outside of the cluster runs no kube-proxy. Which pods are ready is told by the caller.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Chain, Rules } from '../../../state/netfilter.ts';
import type { ProxyNode } from './chains.ts';
import { joinShared, listProxyNodes, makeRules, type PortRules, proxiedFamilies, splitKey } from './nodes.ts';
import { listPorts, type ProxiedPort } from './ports.ts';
import { reasonFor } from './reasons.ts';
import type { Words } from './rule-words.ts';
import { BASE_CHAINS } from './skeleton.ts';

export interface ProxyObject {
  readonly object: Chain | Rules;
  readonly why: string;
  readonly source: Path;
}

export function compileServices(lab: Lab, unready: UnreadyPods = new Set()): ProxyObject[] {
  return [...compileEachNode(lab, unready)].flat();
}

/** Node by node and family by family: those of one are many, and a caller that needs no more at a time saves memory. */
export function* compileEachNode(lab: Lab, unready: UnreadyPods): Generator<ProxyObject[]> {
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

function compileNode(node: ProxyNode, ports: readonly ProxiedPort[], { sharedOf, ownOf }: PortRules): ProxyObject[] {
  const place = { ns: node.ns, family: node.family };
  const shared = [...joinShared(node, ports, sharedOf)].map(([key, rules]) => ({ ...splitKey(key), rules }));
  const own: CompiledChain[] = [];
  for (const port of ports)
    for (const [chain, rules] of ownOf(port, node)) own.push({ table: 'nat', chain, rules, port });
  return [
    ...sortByName([...shared, ...own]).flatMap(item => toObjects(place, item, node.key)),
    ...BASE_CHAINS.map(({ table, chain, rules }): ProxyObject => {
      const object: Rules = { kind: 'rules', ...place, table, chain, rules };
      return { object, why: reasonFor(chain, node.key), source: SECTION };
    }),
  ];
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

function toObjects(
  { ns, family }: Pick<Rules, 'ns' | 'family'>,
  { table, chain, rules, port }: CompiledChain,
  node: string,
): ProxyObject[] {
  const source = port?.source ?? SECTION;
  const why = reasonFor(chain, node, port);
  const declared: ProxyObject = { object: { kind: 'chain', ns, family, table, chain, policy: null }, why, source };
  if (rules.length === 0) return [declared];
  return [declared, { object: { kind: 'rules', ns, family, table, chain, rules }, why, source }];
}
