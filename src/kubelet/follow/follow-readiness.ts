/**
 * The loop around `reducer.ts`: what features let follow the readiness of pods is brought in line while the lab runs. It is
 * what kube-proxy, CoreDNS and others do in a cluster when an EndpointSlice changes.
 */
import { writeFileSync } from 'node:fs';
import { recordVersion } from '../../memory/chains-note.ts';
import { ENDPOINTS_LOG } from '../../memory/folders.ts';
import { isOtherChanging } from '../../memory/marker.ts';
import type { Children } from '../children.ts';
import type { Home } from '../namespaces.ts';
import { makeToolRunner } from '../run-tool.ts';
import { makeTimer } from '../timer.ts';
import { bringInLine } from './bring-in-line.ts';
import { type FollowedLab, NO_LAB, readFollowedLab } from './followed-lab.ts';
import { makeHands } from './hands.ts';
import { INITIAL, LOOK_MS, type Pass, type PassEffect, type PassEvent, reduce, type SeenLab } from './reducer.ts';

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
  let state = INITIAL;
  const timer = makeTimer();
  const lab = watchLab(pods);
  const hands = makeHands(home, makeToolRunner(home, children), lab.last, pods.sendHangup);

  const tell = (event: PassEvent): void => {
    const [next, effects] = reduce(state, event);
    state = next;
    for (const effect of effects) carryOut(effect);
  };
  const carryOut = (effect: PassEffect): void => {
    switch (effect.kind) {
      case 'wait':
        timer.set(effect.ms, () => tell({ kind: 'timer', isOtherChanging: isOtherChanging() }));
        break;
      case 'look':
        tell(lab.look());
        break;
      case 'bring-in-line':
        void bringInLine(effect, lab.last().followers, hands)
          .then(() => done(effect), failure)
          .then(tell);
        break;
      case 'report':
        writeFileSync(ENDPOINTS_LOG, `${effect.message}\n`);
        break;
      default:
        effect satisfies never;
    }
  };

  setInterval(() => {
    hands.answers.leaveGone();
    tell({ kind: 'record', version: recordVersion() });
  }, LOOK_MS).unref();
  return { review: () => tell({ kind: 'readiness' }) };
}

/** What it has been seen to be last; it is looked at anew only where its record is another one. */
function watchLab(pods: FollowedPods) {
  let last = NO_LAB;
  const look = (): PassEvent => {
    try {
      const version = recordVersion();
      if (version !== last.version) last = readFollowedLab(version);
      return { kind: 'seen', seen: see(last, pods) };
    } catch (error) {
      return failure(error);
    }
  };
  return { look, last: () => last };
}

function see({ version, followers, pods, noted }: FollowedLab, { isReady }: FollowedPods): SeenLab {
  const unready = new Set(pods.filter(({ ns }) => !isReady(ns)).map(({ key }) => key));
  return { version, isFollowing: followers.length > 0, unready, noted };
}

const done = ({ now }: Pass): PassEvent => ({ kind: 'done', unready: now });

const failure = (error: unknown): PassEvent => ({
  kind: 'failed',
  message: error instanceof Error ? error.message : String(error),
});
