/**
 * One pass: from the pods that were not ready to those that are not now. What features say comes in, as data; hands that
 * can reach the lab carry it out.
 *
 * Chains come first. Then connections that go on otherwise than the chains say are forgotten: what begins in between must
 * not be sent to the old place again. The rest stands for itself.
 */
import type { FileEffect, FollowEffect, ReloadEffect } from '../../features/feature.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import type { PreparedFollower } from '../../pipeline/follow.ts';
import type { AddressMover } from './addresses.ts';
import type { AnswerServers } from './answers.ts';
import { type ChainHands, rewriteChains } from './chains.ts';
import type { Pass } from './reducer.ts';

export interface Hands extends ChainHands {
  /** `isFirst`: what conntrack has is not known to fit. */
  forgetConnections(now: UnreadyPods, isFirst: boolean): void;
  writeFile(file: FileEffect['file']): void;
  /** Only where its configuration differs from the last time. */
  reload(effect: ReloadEffect): void;
  readonly addresses: AddressMover;
  readonly answers: AnswerServers;
}

/** Rejects where something of it has failed; what comes after it has not been done then. */
export async function bringInLine(pass: Pass, followers: readonly PreparedFollower[], hands: Hands): Promise<void> {
  await rewriteChains(pass, followers, hands);
  hands.forgetConnections(pass.now, pass.isFirst);
  const effects = followers.flatMap(follower => follower.effects?.(pass.now) ?? []);
  for (const { file } of pick(effects, 'file')) hands.writeFile(file);
  for (const effect of pick(effects, 'reload')) hands.reload(effect);
  await hands.addresses.place(pick(effects, 'address'), pass.isFirst, hands.change);
  hands.answers.replace(pick(effects, 'answer'));
}

type OfKind<K extends FollowEffect['kind']> = Extract<FollowEffect, { readonly kind: K }>;

function pick<K extends FollowEffect['kind']>(effects: readonly FollowEffect[], kind: K): OfKind<K>[] {
  return effects.filter((effect): effect is OfKind<K> => effect.kind === kind);
}
