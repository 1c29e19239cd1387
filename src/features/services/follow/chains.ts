/**
 * Two sets of pods that are not ready in, the chains of every node that differ between them out: only the Services of the
 * pods in question are looked at, so that a change of one endpoint costs as little in a large cluster as in a small one.
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import { type Chains, rulesText } from '../../../netfilter/rewrite.ts';
import type { ChainRewrite } from '../../feature.ts';
import type { OwnChains, ProxyNode } from '../compile/chains.ts';
import { joinShared, listProxyNodes, makeRules, type PortRules, proxiedFamilies, splitKey } from '../compile/nodes.ts';
import { judgeAgain, listPorts, type ProxiedPort } from '../compile/ports.ts';

type ListRewrites = (was: UnreadyPods, now: UnreadyPods) => Generator<ChainRewrite>;

/** What takes long, such as the names of chains, is done here, once for a lab. */
export function prepareRewrites(lab: Lab): ListRewrites {
  const families = proxiedFamilies(lab).map(family => {
    const ports = listPorts(lab.services, family, new Set());
    return { ports, nodes: listProxyNodes(lab, family, ports), byPod: groupByPod(ports) };
  });
  return function* listRewrites(was, now) {
    const moved = [...was].filter(pod => !now.has(pod)).concat([...now].filter(pod => !was.has(pod)));
    for (const { ports, nodes, byPod } of families) {
      const touched = new Set(moved.flatMap(pod => byPod.get(pod) ?? []));
      if (touched.size === 0) continue;
      const [before, after] = [take(touched, was), take(touched, now)];
      const all = once(() => take(ports, now));
      for (const node of nodes) yield compare(node, before, after, all);
    }
  };
}

function groupByPod(ports: readonly ProxiedPort[]): Map<string, ProxiedPort[]> {
  const groups = new Map<string, ProxiedPort[]>();
  for (const port of ports) {
    for (const pod of new Set(port.endpoints.map(({ origin }) => origin.pod))) {
      const group = pod === null ? undefined : groups.get(pod);
      if (group) group.push(port);
      else if (pod !== null) groups.set(pod, [port]);
    }
  }
  return groups;
}

/** Ports at one moment, with what is the same on all nodes. */
interface Taken {
  readonly ports: readonly ProxiedPort[];
  readonly rules: PortRules;
  linesOf(own: OwnChains): Chains;
}

function take(ports: Iterable<ProxiedPort>, unready: UnreadyPods): Taken {
  const texts = new Map<OwnChains, Chains>();
  return {
    ports: [...ports].map(port => judgeAgain(port, unready)),
    rules: makeRules(),
    linesOf: own => {
      const lines = texts.get(own) ?? toLines(own);
      texts.set(own, lines);
      return lines;
    },
  };
}

const toLines = (own: OwnChains): Chains =>
  new Map([...own].map(([chain, rules]) => [`nat ${chain}`, rulesText(chain, rules)]));

function compare(node: ProxyNode, before: Taken, after: Taken, all: () => Taken): ChainRewrite {
  const { ns, family } = node;
  const [was, wanted] = [ownText(node, before), ownText(node, after)];
  const [sharedWas, sharedNow] = [sharedText(node, before), sharedText(node, after)];
  const changed = [...new Set([...sharedWas.keys(), ...sharedNow.keys()])].filter(
    key => sharedWas.get(key) !== sharedNow.get(key),
  );
  // In the chains that all share a Service has other rules only when its first endpoint comes, or its last one goes.
  if (changed.length > 0) {
    const { ports, rules } = all();
    const shared = joinShared(node, ports, rules.sharedOf);
    for (const key of changed) {
      was.set(key, sharedWas.get(key) ?? '');
      wanted.set(key, rulesText(splitKey(key).chain, shared.get(key) ?? []));
    }
  }
  return { ns, family, was, wanted };
}

function ownText(node: ProxyNode, { ports, rules, linesOf }: Taken): Map<string, string> {
  return new Map(ports.flatMap(port => [...linesOf(rules.ownOf(port, node))]));
}

/** What these ports have in the chains that all share, by `TABLE CHAIN`. */
function sharedText(node: ProxyNode, { ports, rules }: Taken): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { table, chain, rule } of ports.flatMap(port => rules.sharedOf(port, node))) {
    const key = `${table} ${chain}`;
    texts.set(key, `${texts.get(key) ?? ''}${rulesText(chain, [rule])}`);
  }
  return texts;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
