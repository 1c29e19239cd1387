/** What of load balancers follows readiness: which node has an address, and so answers for it. */
import type { Lab } from '../../language/lab/lab.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import type { Address } from '../../state/address.ts';
import { keyOf } from '../../state/kinds.ts';
import type { AddressEffect, Follow } from '../feature.ts';
import { chooseAnnouncers, compileAnnouncements, listCandidates, toAddress } from './compile/announce.ts';

export const followEndpoints: Follow = {
  isIn: ({ services }) => (services ?? []).some(({ loadBalancerIPs }) => loadBalancerIPs.length > 0),
  objects: {
    isFollowing: lab => {
      const candidates = new Set(listCandidates(lab).map(candidate => keyOf(toAddress(candidate))));
      return object => object.kind === 'address' && candidates.has(keyOf(object));
    },
    compile: (lab, unready) => compileAnnouncements(lab, unready),
  },
  prepare: lab => {
    const candidates = listCandidates(lab).map(toAddress);
    return { effects: now => placeAddresses(lab, candidates, now) };
  },
};

/** What MetalLB's speakers do in layer-2 mode: the address moves to the node that answers for it from now on. */
function placeAddresses(lab: Lab, candidates: readonly Address[], unready: UnreadyPods): AddressEffect[] {
  const chosen = chooseAnnouncers(lab, unready).map(toAddress);
  const present = new Set(chosen.map(keyOf));
  return candidates.map(address => ({ kind: 'address', address, present: present.has(keyOf(address)) }));
}
