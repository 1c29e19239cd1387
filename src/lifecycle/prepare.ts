/** From a lab file's text to the state it wants, tried on the host: what `up` and `plan` have in common. */
import { tryRules } from '../apply/try-rules.ts';

import { hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { compile, compileSample } from '../pipeline/compile.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { Backend, Sandbox } from '../sandbox/sandbox.ts';
import type { Rulesets } from '../state/netfilter.ts';
import { findWider, observe, topicsOf } from '../state/observe.ts';
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
  // From here on the kubelet leaves chains as they are: they are to be compared with those for the pods that are ready now.
  if (purpose === 'change') await sandbox.hold();
  const looking = before && startLooking(sandbox, before.wanted);
  const loaded = loadLab(source, before?.lab);
  const unreadyBefore: UnreadyPods = before ? await findUnready(before.lab, sandbox) : new Set();
  const unready = before ? findStillUnready(before.lab, unreadyBefore, loaded.lab) : unreadyBefore;
  const compileWith = (rulesets: Rulesets) => compile(loaded.lab, { ...backend.describeHost(), rulesets, unready });
  const untried = before && compileWith(new Map());
  await checkHost(untried ?? compileSample(loaded.lab), sandbox, loaded.sources, before?.wanted);
  const { rulesets, diagnostics } = await tryRules(loaded.lab, sandbox);
  if (hasErrors(diagnostics)) throw new LabFileError([...loaded.warnings, ...diagnostics], loaded.sources);
  const wanted = untried && rulesets.size === 0 ? untried : compileWith(rulesets);
  const observed = looking ? await looking(wanted) : new Map();
  const target = before ? await restoreDroppedSysctls(before.wanted, wanted, observed, sandbox) : wanted;
  return { ...loaded, wanted, observed, target, steps: diff(observed, target), before, unreadyBefore, unready };
}

/**
 * The kernel is read while the file is: what the lab has wanted so far is known. What of the rest has to be asked for besides
 * is looked at where it is wanted.
 */
function startLooking(sandbox: Sandbox, before: WantedState): (wanted: WantedState) => Promise<State> {
  const topics = topicsOf(objectsOf(before));
  const seen = sandbox.observe(topics);
  // Where the file is bad nobody waits for it.
  seen.catch(() => undefined);
  return async wanted => {
    // Objects that are no longer wanted are looked at too: where the change fails, they are to be as they were.
    const all = topicsOf([...objectsOf(before), ...objectsOf(wanted)]);
    const within = findWider(all, topics);
    return observe(within.length === 0 ? await seen : await sandbox.observe(all, within), all);
  };
}

const objectsOf = (wanted: WantedState) => [...wanted.values()].map(({ object }) => object);

/** With `within`, other namespaces are as they were seen last. */
export async function observeSandbox(
  sandbox: Sandbox,
  wanted: WantedState,
  within?: readonly string[],
): Promise<State> {
  const topics = topicsOf(objectsOf(wanted));
  return observe(await sandbox.observe(topics, within), topics);
}
