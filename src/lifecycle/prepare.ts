/** From a lab file's text to the state it wants, tried on the host: what `up` and `plan` have in common. */
import { tryRules } from '../apply/try-rules.ts';

import { hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { compile, compileSample } from '../pipeline/compile.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { Backend, Sandbox } from '../sandbox/sandbox.ts';
import { observe, topicsOf } from '../state/observe.ts';
import type { State, WantedState } from '../state/state.ts';
import { checkHost } from './check-host.ts';
import { LabFileError } from './errors.ts';
import { type LabSource, type LoadedLab, loadLab } from './load-lab.ts';
import { type Remembered, recall } from './record.ts';
import { restoreDroppedSysctls } from './sysctls.ts';
import { findStillUnready, findUnready } from './unready-pods.ts';

export interface Prepared extends LoadedLab {
  readonly wanted: WantedState;
  readonly observed: State;
  /** What the steps lead to: what is wanted, and defaults in place of what is no longer set. */
  readonly target: WantedState;
  readonly steps: readonly Step[];
  readonly before: Remembered | undefined;
  /** Which pods were not ready, of the lab as it was. */
  readonly unreadyBefore: UnreadyPods;
  /** Which are not as far as `wanted` is concerned. */
  readonly unready: UnreadyPods;
}

/** What comes next: a lab is made, or changed, or a running one only looked at. */
export type Purpose = 'build' | 'change' | 'look';

/** The plan of a lab that does not run: no kernel is asked, and nothing is tried. */
export function planFresh({ lab }: LoadedLab, backend: Backend): readonly Step[] {
  return diff(new Map(), compile(lab, backend.describeHost()));
}

/** The plan against a sandbox: rules tried, host checked, kernel observed. Throws `LabFileError` or `HostError`. */
export async function prepare(
  source: LabSource,
  backend: Pick<Backend, 'describeHost'>,
  sandbox: Sandbox,
  purpose: Purpose,
): Promise<Prepared> {
  const isNew = purpose === 'build';
  // A netlab that was killed may have left a change that is finished, or taken back, only now.
  if (!isNew) await sandbox.settle();
  const before = isNew ? undefined : await recall(sandbox);
  const loaded = loadLab(source, before?.lab);
  await checkHost(compileSample(loaded.lab), sandbox, loaded.sources);
  const { rulesets, diagnostics } = await tryRules(loaded.lab, sandbox);
  if (hasErrors(diagnostics)) throw new LabFileError([...loaded.warnings, ...diagnostics], loaded.sources);
  // From here on the kubelet leaves chains as they are: they are to be compared with those for the pods that are ready now.
  if (purpose === 'change') await sandbox.hold();
  const unreadyBefore: UnreadyPods = before ? await findUnready(before.lab, sandbox) : new Set();
  const unready = before ? findStillUnready(before.lab, unreadyBefore, loaded.lab) : unreadyBefore;
  const wanted = compile(loaded.lab, { ...backend.describeHost(), rulesets, unready });
  // Objects that are no longer wanted are looked at too: where the change fails, they are to be as they were.
  const asked = before ? new Map([...before.wanted, ...wanted]) : wanted;
  const observed = isNew ? new Map() : await observeSandbox(sandbox, asked);
  const target = before ? await restoreDroppedSysctls(before.wanted, wanted, observed, sandbox) : wanted;
  return { ...loaded, wanted, observed, target, steps: diff(observed, target), before, unreadyBefore, unready };
}

/** With `within`, other namespaces are as they were seen last. */
export async function observeSandbox(
  sandbox: Sandbox,
  wanted: WantedState,
  within?: readonly string[],
): Promise<State> {
  const topics = topicsOf([...wanted.values()].map(({ object }) => object));
  return observe(await sandbox.observe(topics, within), topics);
}
