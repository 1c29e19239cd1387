/**
 * The guard of a change: what the lab was like before it comes in, and until the change is released, whatever ends
 * netlab brings the lab back to that.
 *
 * It is here because the agent outlives a netlab that is killed: the end of its input is all it hears of it. A marker
 * file tells other agents of this sandbox that the lab is not settled yet.
 */
import { splitByPhase } from '../apply/apply.ts';
import { waitUntil } from '../linux/wait-until.ts';
import { readNote, recordVersion } from '../memory/chains-note.ts';
import { RECORD_FILE } from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import { isOtherChanging, markChanging, unmarkChanging } from '../memory/marker.ts';
import { toBatches } from '../plan/batch.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { LabRecord, Moment } from '../sandbox/sandbox.ts';
import { type Observation, observe as toState } from '../state/observe.ts';
import type { Topics } from '../state/question.ts';
import { toWantedState, type WantedState } from '../state/state.ts';
import type { Translations } from '../state/translations.ts';
import { forgetStale } from './connections.ts';
import type { Extension } from './extension.ts';
import type { Observer } from './observe.ts';
import { runJobs } from './run.ts';

/** Containers that end slowly are part of a change. */
const OTHERS_TIMEOUT_MS = 60_000;
const SETTLE_MS = 30_000;

interface Guarded {
  readonly before: Observation;
  readonly topics: Topics;
  /** What conntrack may hold when all is as it was. */
  readonly translations: Translations;
}

let guarded: Guarded | undefined;

/** No other process changes the lab from here on, until the change is released or taken back. */
export function hold(): void {
  waitUntil(markChanging, OTHERS_TIMEOUT_MS);
}

/** From now on `takeBack` leads to what was seen. */
export function guard(before: Observation, topics: Topics, translations: Translations): void {
  hold();
  guarded = { before, topics, translations };
}

/** The change is whole: the lab's record becomes the new one, and there is nothing to take back any more. */
export function release(record: LabRecord): void {
  writeJsonFile(RECORD_FILE, record, 0o600);
  endGuard();
}

/** Brings the lab back as far as it goes; returns the steps that would still be needed. */
export function takeBack(extension: Extension, { observe }: Observer): readonly Step[] {
  if (guarded === undefined) {
    endGuard();
    return [];
  }
  const { topics, translations } = guarded;
  const before = asItWas(guarded);
  const missing = () => diff(toState(observe(topics), topics), before);
  let left = missing();
  for (const phase of splitByPhase(left))
    runJobs(
      toBatches(phase).map(({ job }) => job),
      extension,
      false,
    );
  // Links go with their namespace only after `ip netns del` has returned.
  waitUntil(() => {
    left = missing();
    return left.length === 0;
  }, SETTLE_MS);
  // What has begun during the change went by its rules.
  forgetStale(translations);
  endGuard();
  return left;
}

function asItWas({ before, topics }: Guarded): WantedState {
  const objects = [...toState(before, topics).values()];
  return toWantedState(objects.map(object => ({ object, why: 'it was like this before', source: [] })));
}

function endGuard(): void {
  guarded = undefined;
  unmarkChanging();
}

/** While another agent changes the lab, or takes a change back, what one would see is neither before nor after. */
export function waitForOthers(): void {
  waitUntil(() => !isOtherChanging(), OTHERS_TIMEOUT_MS);
}

/** The same; what the lab has become then. */
export function settle(): Moment {
  const waited = isOtherChanging();
  waitForOthers();
  const version = recordVersion();
  const ofRecord = () => (readJsonFile(RECORD_FILE) as Partial<LabRecord> | undefined)?.unready;
  return { version, unready: readNote(version, ofRecord), waited, isChanging: isOtherChanging() };
}
