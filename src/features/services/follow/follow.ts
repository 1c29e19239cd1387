/**
 * What of Services follows readiness: kube-proxy's chains, the connections that conntrack would send to an endpoint that
 * left, and what nodes answer at `healthCheckNodePort`.
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import { toChains } from '../../../state/netfilter.ts';
import type { Follow, WholeChains } from '../../feature.ts';
import { compileEachNode, compileServices, isProxyChain } from '../compile/kube-proxy.ts';
import { prepareRewrites } from './chains.ts';
import { prepareConnections } from './connections.ts';
import { answerHealthChecks } from './health-checks.ts';

export const followEndpoints: Follow = {
  // The record of a lab that netlab had no Services for when it was written has none either.
  isIn: ({ services }) => (services ?? []).length > 0,
  objects: {
    isFollowing: isProxyChain,
    compile: (lab, unready) => compileServices(lab, unready),
  },
  prepare: lab => {
    const connections = prepareConnections(lab);
    return {
      rewrites: prepareRewrites(lab),
      chains: now => listChains(lab, now),
      effects: now => [...connections(now), ...answerHealthChecks(lab, now)],
    };
  },
};

function* listChains(lab: Lab, unready: UnreadyPods): Generator<WholeChains> {
  const isOwn = isProxyChain(lab);
  for (const objects of compileEachNode(lab, unready)) {
    const own = objects.flatMap(({ object }) => (isOwn(object) ? [object] : []));
    const [first] = own;
    if (first) yield { ns: first.ns, family: first.family, wanted: toChains(own) };
  }
}
