/** All that is known of a lab when it is put together. */

import type { Programs } from '../features/containers/resolve/programs.ts';
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import type { Addresses } from './addresses.ts';
import type { Blocks } from './blocks.ts';
import type { Cluster } from './cluster.ts';
import type { Gateways } from './gateways.ts';
import type { Machines } from './machines.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Problems } from './problems.ts';
import type { Port } from './segments.ts';

export interface Draft {
  readonly file: LabFile;
  readonly cluster: Cluster;
  readonly machines: Machines;
  readonly programs: Programs;
  readonly blocks: Blocks;
  readonly addresses: Addresses;
  readonly gateways: Gateways;
  readonly near: Neighbourhood;
  readonly problems: Problems;
  readonly portsOfMachine: ReadonlyMap<string, readonly Port[]>;
  readonly portsOfSegment: ReadonlyMap<string, readonly Port[]>;
  readonly portNames: ReadonlyMap<Port, string>;
  readonly hasIpv6: boolean;
  /** By node, what its host ports need. */
  readonly localnet: ReadonlyMap<string, Record<string, string>>;
}
