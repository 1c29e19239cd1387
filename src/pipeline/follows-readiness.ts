/**
 * What changes with the readiness of pods, and is brought in line while a lab runs: kube-proxy's own chains, the names of
 * the cluster, where the Ingress controller leads requests, and the addresses that one node after the other answers for.
 */

import { compileZoneFiles, isZoneFile } from '../features/dns/compile/zone-file.ts';
import { compileIngressFiles, isIngressFile } from '../features/ingress/compile/nginx.ts';
import { compileAnnouncements, listCandidates, toAddress } from '../features/load-balancer/compile/announce.ts';
import { compileServices, isProxyChain } from '../features/services/compile/services.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { IsUnready } from '../language/lab/readiness.ts';
import { type KernelObject, keyOf } from '../state/kinds.ts';
import type { Wanted } from '../state/state.ts';

/** A lab does not write it down: it would be old at once. */
export function compileFollowing(lab: Lab, isUnready: IsUnready): Wanted[] {
  if ((lab.services ?? []).length === 0) return [];
  const all: Wanted[] = [
    ...compileServices(lab, isUnready),
    ...compileZoneFiles(lab, isUnready),
    ...compileIngressFiles(lab, isUnready),
    ...compileAnnouncements(lab, isUnready),
  ];
  const isFollowing = followsReadiness(lab);
  return all.filter(({ object }) => isFollowing(object));
}

export function followsReadiness(lab: Lab): (object: KernelObject) => boolean {
  const isChain = isProxyChain(lab);
  const places = new Set(listCandidates(lab).map(candidate => keyOf(toAddress(candidate))));
  return object =>
    isChain(object) ||
    isZoneFile(object) ||
    isIngressFile(object) ||
    (object.kind === 'address' && places.has(keyOf(object)));
}
