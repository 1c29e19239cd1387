/**
 * What of Services follows readiness: kube-proxy's chains, to whom flows may have been sent, and what nodes answer at
 * `healthCheckNodePort`.
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import { toChains } from '../../../state/netfilter.ts';
import type { Follow, WholeChains } from '../../feature.ts';
import { compileEachNode, compileServices, isProxyChain } from '../compile/kube-proxy.ts';
import { prepareRewrites } from './chains.ts';
import { answerHealthChecks } from './health-checks.ts';
import { prepareServed } from './served.ts';

export const followEndpoints: Follow = {
  // The record of a lab that netlab had no Services for when it was written has none either.
  isIn: ({ services }) => (services ?? []).length > 0,
  objects: {
    isFollowing: isProxyChain,
    compile: (lab, unready) => compileServices(lab, unready),
  },
  served: prepareServed,
  prepare: lab => ({
    rewrites: prepareRewrites(lab),
    chains: now => listChains(lab, now),
    effects: now => answerHealthChecks(lab, now),
  }),
};

function* listChains(lab: Lab, unready: UnreadyPods): Generator<WholeChains> {
  const isOwn = isProxyChain(lab);
  for (const objects of compileEachNode(lab, unready)) {
    const own = objects.flatMap(({ object }) => (isOwn(object) ? [object] : []));
    const [first] = own;
    if (first) yield { ns: first.ns, family: first.family, wanted: toChains(own) };
  }
}
