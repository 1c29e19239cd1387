/** Every way for nodes to reach each other's pods, by its name in the lab file: `cluster.network`. */
import type { ClusterEntry } from '../language/lab/generated/lab-file.ts';
import type { Fabric } from '../resolve/model.ts';
import { hostGw } from './host-gw.ts';
import { none } from './none.ts';

const FABRICS: Readonly<Record<NonNullable<ClusterEntry['network']>, Fabric>> = { none, 'host-gw': hostGw };

export function findFabric({ network = 'host-gw' }: ClusterEntry = {}): Fabric {
  return FABRICS[network];
}
