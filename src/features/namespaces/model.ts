/** Namespaces of a lab: those of the file, and all that something in it is in. */
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { Labels } from '../../language/lab/label-selector.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** In natural order. */
    readonly namespaces: readonly Namespace[];
  }
}

export interface Namespace {
  readonly name: string;
  /** `kubernetes.io/metadata.name`, which each has by itself, is among them. */
  readonly labels: Labels;
  /** Notes that nothing here reads. */
  readonly annotations: Labels;
  /** Whether the file has it under `namespaces`. */
  readonly given: boolean;
  /** The entry of the file; that of the first thing in it where it has none. */
  readonly source: Path;
}

export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The record of a lab may be older than namespaces with labels. */
export const namespacesOf = (lab: Lab): readonly Namespace[] => lab.namespaces ?? [];
