/**
 * The loop around `reducer.ts`: what features let follow the readiness of pods is brought in line while the lab runs. It is
 * what kube-proxy, CoreDNS and others do in a cluster when an EndpointSlice changes.
 */
import { writeFileSync } from 'node:fs';
import { ENDPOINTS_LOG } from '../../memory/folders.ts';
import { isOtherChanging } from '../../memory/marker.ts';
import type { Children } from '../children.ts';
import type { Home } from '../namespaces.ts';
import { makeToolRunner } from '../run-tool.ts';
import { bringInLine } from './bring-in-line.ts';
import { type FollowedLab, NO_LAB, readFollowedLab, recordVersion } from './followed-lab.ts';
import { makeHands } from './hands.ts';
import { type Effect, type Event, INITIAL, LOOK_MS, type Pass, reduce, type Seen } from './reducer.ts';

/** The pods of the lab, by namespace. */
export interface FollowedPods {
  isReady(ns: string): boolean;
  /** SIGHUP to its containers. */
  sendHangup(ns: string): void;
}

export interface Following {
  /** A pod may have become ready, or be so no longer. */
  review(): void;
}

export function followReadiness(home: Home, children: Children, pods: FollowedPods): Following {
  let lab = NO_LAB;
  let state = INITIAL;
  let timer: NodeJS.Timeout | undefined;
  const hands = makeHands(home, makeToolRunner(home, children), () => lab.version, pods.sendHangup);

  const tell = (event: Event): void => {
    const [next, effects] = reduce(state, event);
    state = next;
    for (const effect of effects) carryOut(effect);
  };
  const carryOut = (effect: Effect): void => {
    if (effect.type === 'wait') wait(effect.ms);
    else if (effect.type === 'look') tell(look());
    else if (effect.type === 'bring in line')
      bringInLine(effect, lab.followers, hands).then(
        () => tell(done(effect)),
        error => tell(failure(error)),
      );
    else writeFileSync(ENDPOINTS_LOG, `${effect.message}\n`);
  };
  const wait = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => tell({ type: 'timer', isOtherChanging: isOtherChanging() }), ms);
  };
  const look = (): Event => {
    try {
      const version = recordVersion();
      if (version !== lab.version) lab = readFollowedLab(version);
      return { type: 'seen', seen: see(lab, pods) };
    } catch (error) {
      return failure(error);
    }
  };

  setInterval(() => {
    hands.answers.leaveGone();
    tell({ type: 'record', version: recordVersion() });
  }, LOOK_MS).unref();
  return { review: () => tell({ type: 'readiness' }) };
}

function see({ version, followers, pods, noted }: FollowedLab, { isReady }: FollowedPods): Seen {
  const unready = new Set(pods.filter(({ ns }) => !isReady(ns)).map(({ key }) => key));
  return { version, isFollowing: followers.length > 0, unready, noted };
}

const done = ({ now }: Pass): Event => ({ type: 'done', unready: now });

const failure = (error: unknown): Event => ({
  type: 'failed',
  message: error instanceof Error ? error.message : String(error),
});
