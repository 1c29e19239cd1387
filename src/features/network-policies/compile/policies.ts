/**
 * NetworkPolicies of a lab in, the sets and chains of every node of the cluster out, in both families that pods have.
 *
 * A node outside of the cluster enforces nothing.
 */
import { type Family, familyOf } from '../../../address/address.ts';
import type { RuleLayers } from '../../../compile/join-rules.ts';
import { want, wantChain } from '../../../compile/want.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { Wanted } from '../../../state/state.ts';
import { kubeProxyOf } from '../../services/model.ts';
import { policiesOf } from '../model.ts';
import { toChains } from './chains.ts';
import { createSets } from './sets.ts';

export function compilePolicySets(lab: Lab): Wanted[] {
  return families(lab).flatMap(family => {
    const setsOf = createSets(lab, family);
    return enforcers(lab).flatMap(node =>
      setsOf(node).map(({ name, type, members, why, source }) =>
        want({ kind: 'ip-set', ns: node.ns, name, type, family, members }, why, source),
      ),
    );
  });
}

/** Before kube-proxy's, which accept replies and what they have marked. */
export function compilePolicyChains(lab: Lab): RuleLayers {
  const before = families(lab).flatMap(family => {
    const chains = toChains(policiesOf(lab), { family, mark: markFor(lab) });
    return enforcers(lab).flatMap(({ ns, key }) =>
      chains.flatMap(({ chain, rules, why, source }) =>
        wantChain({ ns, family, table: 'filter', chain }, rules, `${key} ${why}`, source),
      ),
    );
  });
  return { before, after: [] };
}

const enforcers = ({ nodes }: Lab) => nodes.filter(({ external }) => !external);

/** None where there is nothing to enforce. */
function families(lab: Lab): readonly Family[] {
  if (policiesOf(lab).length === 0) return [];
  const ends = [...lab.pods.flatMap(({ interfaces }) => interfaces), ...lab.links.flatMap(({ ends }) => ends)];
  const has = (family: Family) => ends.some(({ addresses }) => addresses.some(one => familyOf(one) === family));
  return ([4, 6] as const).filter(has);
}

/** kube-router's bit, or the next where kube-proxy has that for its own: it has rules where there are Services. */
const markFor = (lab: Lab) =>
  lab.services.length > 0 && kubeProxyOf(lab).masqueradeBit === 16 ? '0x20000' : '0x10000';
