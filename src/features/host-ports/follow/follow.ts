/**
 * What of host ports is looked after while a lab runs. They do not follow readiness, as the plugin knows nothing of it; but
 * when the lab has changed, conntrack has to forget where it sent what comes to them.
 */
import type { Follow } from '../../feature.ts';
import { hasHostPorts } from '../compile/host-ports.ts';
import { listStaleHostPorts } from './connections.ts';

export const followPods: Follow = {
  isIn: hasHostPorts,
  prepare: lab => {
    const stale = listStaleHostPorts(lab);
    return { effects: () => stale };
  },
};
