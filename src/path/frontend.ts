/** Addresses and ports behind which others answer, and names for such addresses: what features tell of them. */
import type { DirectoryEntry } from '../language/lab/directory.ts';
import type { ProbeBackend } from '../sandbox/sandbox.ts';

/** An address and port, as one sender meets it. */
export interface Frontend {
  /** Name of the feature that it is of. */
  readonly feature: string;
  /** What the lab calls it there. */
  readonly key: string;
  readonly backends: readonly FrontendBackend[];
  /** Whether everybody who may answer is a pod of the lab, and so can be watched. */
  readonly isWhole: boolean;
  /** Why one sender may be answered now by one and now by another; undefined where it should not. */
  readonly whySpread: string | undefined;
}

export interface FrontendBackend extends ProbeBackend {
  /** The pod or node that it is. */
  readonly key: string;
  /** Whether this sender may be sent to it, as far as policies tell; undefined where they do not. */
  readonly meant: boolean | undefined;
}

export type TransportName = 'TCP' | 'UDP' | 'SCTP';

/** Undefined where the owner of the address answers by itself. */
export type FindFrontend = (
  from: DirectoryEntry,
  address: string,
  port: number | null,
  transport: TransportName,
) => Frontend | undefined;

/** Names of one kind for addresses behind which others answer. */
export interface NamedFrontendKind {
  /** `Service` */
  readonly label: string;
  /** What such a name begins with on the command line: `service/`. */
  readonly prefix: string;
  /** `Service with a cluster IP` */
  readonly noun: string;
  readonly targets: readonly NamedFrontend[];
}

export interface NamedFrontend {
  /** As the checks of a lab have it: `service:team-a/web`. */
  readonly key: string;
  /** `team-a/web` */
  readonly name: string;
  /** In a sentence: `service team-a/web`. */
  readonly title: string;
  readonly addresses: readonly string[];
}
