/**
 * On which nodes a pod's host ports are free: two pods cannot have one port of one node, so a pod without a node goes where
 * its ports are free, as Kubernetes' scheduler has it.
 */
import type { Placement } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { claimsOf, collide, describe, type HostPortClaim } from './claims.ts';

export function placeHostPorts(): Placement {
  const taken = new Map<string, HostPortClaim[]>();
  const on = (node: string, { protocol, port }: HostPortClaim) => `${node} ${protocol} ${port}`;
  const holder = (claim: HostPortClaim, node: string) =>
    taken.get(on(node, claim))?.find(other => other.owner !== claim.owner && collide(other, claim));
  return {
    fits: (pod, node) => claimsOf(pod).every(claim => holder(claim, node) === undefined),
    check: (pod, node, problems) => {
      for (const claim of claimsOf(pod)) {
        const other = holder(claim, node);
        if (other) reportTaken(claim, other, node, problems);
      }
    },
    take: (pod, node) => {
      for (const claim of claimsOf(pod)) {
        const list = taken.get(on(node, claim));
        if (list) list.push(claim);
        else taken.set(on(node, claim), [claim]);
      }
    },
    reportFull: (pod, nodes, problems) => {
      const [claim] = claimsOf(pod).filter(one => nodes.some(node => holder(one, node)));
      if (!claim) return;
      const message = `no node is left for pod "${pod.key}": ${describe(claim)} is taken on each of them`;
      const hint = 'add a node, use fewer replicas, or choose another host port';
      problems.error(claim.path, 'address-taken', message, hint);
    },
  };
}

function reportTaken(claim: HostPortClaim, other: HostPortClaim, node: string, problems: Problems): void {
  const message = `${describe(claim)} of node "${node}" is that of pod "${other.owner}" already`;
  const isReplica = claim.path.join() === other.path.join();
  const hint = isReplica
    ? 'remove "node", so that the replicas are spread over the nodes, or use a Service'
    : 'choose another port, or another node for the pod';
  problems.error(claim.path, 'address-taken', message, hint);
}
