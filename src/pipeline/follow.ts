/**
 * What changes with the readiness of pods, and is brought in line while a lab runs: of every feature that has any of it.
 */
import type { Feature, Follow, Follower } from '../features/feature.ts';
import { FEATURES } from '../features/registry.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { KernelObject } from '../state/kinds.ts';
import type { Wanted } from '../state/state.ts';
import { listNatTables, type Translations } from '../state/translations.ts';

/** Whether the readiness of pods changes anything. */
export const hasFollowing = (lab: Lab, features = FEATURES): boolean => followsIn(lab, features).length > 0;

/** A lab's record leaves them out: they would be old at once. */
export function compileFollowing(lab: Lab, unready: UnreadyPods, features = FEATURES): Wanted[] {
  return followsIn(lab, features).flatMap(({ objects }) => {
    const isFollowing = objects?.isFollowing(lab);
    return isFollowing ? (objects?.compile(lab, unready) ?? []).filter(({ object }) => isFollowing(object)) : [];
  });
}

export function followsReadiness(lab: Lab, features = FEATURES): (object: KernelObject) => boolean {
  const all = followsIn(lab, features).flatMap(({ objects }) => objects?.isFollowing(lab) ?? []);
  return object => all.some(isFollowing => isFollowing(object));
}

/** A follower, and which objects are its own. */
export interface PreparedFollower extends Follower {
  readonly isFollowing: (object: KernelObject) => boolean;
}

export function prepareFollowers(lab: Lab, features = FEATURES): PreparedFollower[] {
  return followsIn(lab, features).map(({ objects, prepare }) => ({
    ...prepare(lab),
    isFollowing: objects?.isFollowing(lab) ?? (() => false),
  }));
}

/**
 * What conntrack may hold of translations while these pods are not ready: `wanted` are the lab's objects, `before` those of
 * the lab that it was, whose translations have ended.
 */
export function prepareTranslations(
  lab: Lab,
  wanted: readonly KernelObject[],
  before: readonly KernelObject[] = [],
  features = FEATURES,
): (now: UnreadyPods) => Translations {
  const isFollowing = followsReadiness(lab, features);
  const tables = listNatTables(
    wanted.filter(object => !isFollowing(object)),
    before,
  );
  const served = followsIn(lab, features).flatMap(follow => follow.served?.(lab) ?? []);
  return now => ({ tables, served: served.flatMap(list => list(now)) });
}

function followsIn(lab: Lab, features: readonly Feature[]): Follow[] {
  return features.flatMap(({ follow }) => (follow?.isIn(lab) ? [follow] : []));
}
