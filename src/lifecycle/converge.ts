/**
 * Brings a running lab to its target: the prepared steps in, what is left of them out. What the file asks for anew is done or
 * fails; what has only drifted is mended as far as it goes, since one object that cannot be must not keep all others from it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApplyOptions, apply, type Failure } from '../apply/apply.ts';
import { diff } from '../plan/diff.ts';
import { toShell } from '../plan/shell.ts';
import { render, type Step } from '../plan/step.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { keyOf, specOf } from '../state/kinds.ts';
import type { WantedState } from '../state/state.ts';
import { forgetNeighbours } from './forget-neighbours.ts';
import { observeSandbox, type Prepared } from './prepare.ts';
import { completeWanted } from './record.ts';
import { findTouched } from './touched.ts';

/** Of something that has drifted: what would mend it, and why that does not work. */
export interface Unmended {
  readonly step: Step;
  readonly why: string;
}

export type Converged =
  | { readonly failure: Failure }
  /** The kernel takes these steps, and is not as they should make it. */
  | { readonly ineffective: readonly Step[] }
  | { readonly unmended: readonly Unmended[] };

/** So often is tried again what the kernel has taken, and not kept. */
const MOST_ROUNDS = 4;
const NOT_KEPT = 'the kernel takes the command, and is not as it says afterwards';

export async function converge(prepared: Prepared, sandbox: Sandbox, options: ApplyOptions): Promise<Converged> {
  const unmended = new Map<string, Unmended>();
  const isKnown = (step: Step) => unmended.has(keyOf(step.object));
  const isMending = makeIsMending(prepared);
  let progress = options;
  let mayRetry = true;
  let left = prepared.steps;
  for (let round = 1; left.length > 0; ) {
    const failure = await apply(left, sandbox, progress);
    progress = { ...options, onProgress: () => undefined };
    await forgetNeighbours({ ...prepared, steps: left }, sandbox);
    left = (await settle({ ...prepared, steps: left }, sandbox, failure !== undefined)).filter(step => !isKnown(step));
    const failed = failure && left.find(step => keyOf(step.object) === keyOf(failure.unit.step.object));
    if (failure && failed) {
      if (!isMending(failed)) return { failure };
      unmended.set(keyOf(failed.object), { step: failed, why: inOneLine(failure.stderr) });
      left = left.filter(step => step !== failed);
    } else if (round++ >= MOST_ROUNDS) {
      if (!left.every(isMending)) return { ineffective: left };
      for (const step of left) unmended.set(keyOf(step.object), { step, why: NOT_KEPT });
      left = [];
    }
    // Something else may have been in the way, and is mended by now.
    if (left.length === 0 && unmended.size > 0 && mayRetry) {
      left = [...unmended.values()].map(({ step }) => step);
      unmended.clear();
      mayRetry = false;
    }
  }
  return { unmended: [...unmended.values()] };
}

/** Whether the lab wanted the same of it before this change. What it wanted is asked for only where something has failed. */
function makeIsMending({ before, target, unready }: Prepared): (step: Step) => boolean {
  let earlier: WantedState | undefined;
  return ({ object }) => {
    if (!before) return false;
    earlier ??= completeWanted(before, unready);
    const key = keyOf(object);
    return JSON.stringify(earlier.get(key)?.object) === JSON.stringify(target.get(key)?.object);
  };
}

/** Links go with their namespace only after `ip netns del` has returned. */
const LINGERING_MS = 30_000;
const SETTLE_MS = 500;

/** Looks until nothing is left to do, or what is left does not go by itself. */
async function settle(prepared: Prepared, sandbox: Sandbox, hasFailed: boolean): Promise<readonly Step[]> {
  const { target } = prepared;
  const within = findTouched(prepared);
  const begun = performance.now();
  for (;;) {
    const left = diff(await observeSandbox(sandbox, target, within), target);
    const most = left.every(({ operation }) => operation === 'delete') ? LINGERING_MS : SETTLE_MS;
    if (left.length === 0 || hasFailed || performance.now() - begun > most) return left;
    await sleep(20);
  }
}

const inOneLine = (stderr: string) => stderr.replace(/\nCommand failed -:\d+$/, '').replace(/\s*\n\s*/g, '; ');

/** For people, a few lines each. */
export function describeUnmended(unmended: readonly Unmended[]): string[] {
  return unmended.flatMap(({ step, why }) => {
    const label = specOf(step.object).label(step.object);
    const place = 'ns' in step.object && step.object.kind !== 'namespace' ? ` in ${step.object.ns}` : '';
    return [`${label}${place}: ${why}`, ...render(step).map(command => `  needs: ${toShell(command)}`)];
  });
}
