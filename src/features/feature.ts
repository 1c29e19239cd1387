/**
 * What a feature is: everything about one thing that a lab may have (Services, host ports, checks …), behind hooks that the
 * stages call. A stage goes through `registry.ts` and names no feature; a feature leaves out the hooks it does not need.
 */
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Cluster } from '../resolve/cluster.ts';
import type { Problems } from '../resolve/problems.ts';

export interface Feature {
  /** That of its folder. */
  readonly name: string;
  /** The lab file with the entries that a cluster has by itself; from there on they are entries like any others. */
  readonly addEntries?: (file: LabFile, cluster: Cluster, problems: Problems) => LabFile;
  /** Its own sections of the lab file, with every default written out. */
  readonly expand?: (lab: Lab) => Partial<LabFile>;
}
