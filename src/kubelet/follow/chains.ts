/**
 * The chains of a running lab: brought from what they are to what they should be when other pods are ready.
 *
 * The rules come from the same pure code that `up` has loaded them by. What the chains are follows from the lab and from
 * the pods that they take for not ready; that set is written down, so that it need not be read from the kernel, where
 * thousands of rules take seconds. Only where something has failed on the way they are read.
 */
import type { Family } from '../../address/address.ts';
import type { ChainRewrite } from '../../features/feature.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import { rewriteText } from '../../netfilter/rewrite.ts';
import type { PreparedFollower } from '../../pipeline/follow.ts';
import { parseSave, toChains } from '../../state/netfilter.ts';
import type { Pass } from './reducer.ts';

/** Does something that changes the lab while no other program does; rejects where one is at it. */
export type ChangeLab = (work: () => Promise<void>) => Promise<void>;

export interface ChainHands {
  /** What `iptables-save` prints. */
  saveChains(ns: string, family: Family): Promise<string>;
  /** A text for `iptables-restore --noflush`. */
  restoreChains(ns: string, family: Family, text: string): Promise<void>;
  /** Writes down which pods the chains take for not ready; undefined while a change is under way. */
  noteChains(unready: UnreadyPods | undefined): void;
  readonly change: ChangeLab;
}

export async function rewriteChains(
  { was, now }: Pass,
  followers: readonly PreparedFollower[],
  hands: ChainHands,
): Promise<void> {
  const rewrites = was ? listRewrites(followers, was, now) : readRewrites(followers, now, hands);
  for await (const pair of inPairs(rewrites)) {
    const texts = pair.map(({ was: before, wanted, ...place }) => ({ ...place, text: rewriteText(before, wanted) }));
    const needed = texts.filter(({ text }) => text !== '');
    if (needed.length === 0) continue;
    hands.noteChains(undefined);
    await hands.change(() => settleAll(needed.map(({ ns, family, text }) => hands.restoreChains(ns, family, text))));
  }
  hands.noteChains(now);
}

function* listRewrites(
  followers: readonly PreparedFollower[],
  was: UnreadyPods,
  now: UnreadyPods,
): Generator<ChainRewrite> {
  for (const { rewrites } of followers) if (rewrites) yield* rewrites(was, now);
}

/** From the state that the kernel has. */
async function* readRewrites(
  followers: readonly PreparedFollower[],
  now: UnreadyPods,
  { saveChains }: ChainHands,
): AsyncGenerator<ChainRewrite> {
  for (const { chains, isFollowing } of followers)
    for (const { ns, family, wanted } of chains?.(now) ?? []) {
      const saved = parseSave({ ns, family }, await saveChains(ns, family));
      yield { ns, family, was: toChains(saved.filter(isFollowing)), wanted };
    }
}

/** As many nodes as are worked on side by side: the kernel takes rules under one lock, but iptables reads them without. */
async function* inPairs<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T[]> {
  let pair: T[] = [];
  for await (const item of items) {
    pair.push(item);
    if (pair.length < 2) continue;
    yield pair;
    pair = [];
  }
  if (pair.length > 0) yield pair;
}

/** Rejects only when none of them is at work any more. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}
