/** Takes out of the nodes' connection tables what leads to where nothing is sent any more. */
import type { ConnectionsEffect } from '../../features/feature.ts';
import { deleteConnections, listConnections } from '../../linux/conntrack.ts';
import type { Home } from '../namespaces.ts';
import { NETWORKS } from '../start.ts';

/** Each table is read once, whatever number of features look for something in it. */
export function forgetConnections(effects: readonly ConnectionsEffect[], home: Home): void {
  const byTable = new Map<string, ConnectionsEffect[]>();
  for (const effect of effects) {
    const key = `${effect.ns} ${effect.family}`;
    byTable.set(key, [...(byTable.get(key) ?? []), effect]);
  }
  for (const own of byTable.values()) forgetInTable(own, home);
}

function forgetInTable(effects: readonly ConnectionsEffect[], home: Home): void {
  const [first] = effects;
  if (!first) return;
  const { ns, family } = first;
  home.inside(NETWORKS, [ns], () => {
    const stale = listConnections(family).filter(connection => effects.some(({ isStale }) => isStale(connection)));
    deleteConnections(family, stale);
  });
}
