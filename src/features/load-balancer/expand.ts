/** The pool that load balancers' addresses come from, as the lab file writes it; it goes without saying where nothing takes one. */
import type { LabFile } from '../../language/lab/generated/lab-file.ts';
import type { Lab } from '../../language/lab/lab.ts';

export function expandPool({ services, loadBalancerPool }: Lab): Pick<LabFile, 'cluster'> {
  const isUsed = services.some(({ type }) => type === 'LoadBalancer');
  return isUsed && loadBalancerPool.length > 0 ? { cluster: { loadBalancerPool } } : {};
}
