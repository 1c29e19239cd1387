/** Takes out of the nodes' connection tables what leads to somebody who is not meant any more. */
import { findStaleHostPorts } from '../features/host-ports/compile/stale.ts';
import { findStaleConnections } from '../features/services/compile/services.ts';
import type { Lab } from '../language/lab/lab.ts';
import { deleteConnections, listConnections } from '../linux/conntrack.ts';
import type { Home } from './namespaces.ts';
import { NETWORKS } from './start.ts';

/** After the rules: what begins in between must not be sent to the old place again. */
export function forgetStaleConnections(lab: Lab, unready: ReadonlySet<string>, home: Home): void {
  for (const family of [4, 6] as const) {
    const ofService = findStaleConnections(lab, family, pod => unready.has(pod));
    const ofHostPort = findStaleHostPorts(lab, family);
    for (const { ns, external } of lab.nodes) {
      const judges = [ofService, ofHostPort.get(ns)].filter(judge => judge !== undefined);
      if (external || judges.length === 0) continue;
      home.inside(NETWORKS, [ns], () => {
        const stale = listConnections(family).filter(connection => judges.some(isStale => isStale(connection)));
        deleteConnections(family, stale);
      });
    }
  }
}
