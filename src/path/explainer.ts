/** Why an attempt failed, as one feature of a lab sees it: what it is asked with, and what it answers. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Cause, PathContext } from './causes.ts';
import type { FailedAttempt, FurtherAttempt } from './failed-attempt.ts';
import type { FrontendBackend } from './frontend.ts';
import type { LabWishes } from './lab-wishes.ts';
import type { MetRule } from './met-rules.ts';
import type { RunCommands } from './walk.ts';

export interface Explainer {
  /** Kernel settings that it looks at, of every node and pod of a lab. */
  readonly sysctls: readonly string[];
  /** What is most likely the reason comes first; nothing where the attempt is none of its business. */
  readonly findCauses: (question: ExplainRequest, context: ExplainContext) => Promise<readonly Cause[]>;
  readonly findFurther?: FindFurther;
}

/** Attempts that the answer depends on besides: they are made where the way itself does not explain it. */
type FindFurther = (question: ExplainRequest, context: ExplainContext) => readonly FurtherAttempt[];

export interface ExplainRequest {
  readonly attempt: FailedAttempt;
  /** Namespaces of the cluster's nodes on the way there, in its order. */
  readonly nodes: readonly string[];
  /** Of those behind the address the one to whom the attempt was sent when it failed, as far as that was seen. */
  readonly backend: FrontendBackend | undefined;
  /** Rules that it met when it was repeated. */
  readonly met: readonly MetRule[];
}

export interface ExplainContext extends PathContext, LabWishes {
  /** Keys of the pods that are not ready. */
  readonly unready: ReadonlySet<string>;
  readonly run: RunCommands;
  /** File and line of an entry of the lab: `shop.lab.yaml:12`. */
  readonly placeOf: (source: Path) => string;
}
