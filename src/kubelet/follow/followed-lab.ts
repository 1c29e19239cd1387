/** The lab that is followed, as its record has it, and how far its chains have come, as the lab's own memory has it. */
import { type Lab, lastingContainers, type Pod } from '../../language/lab/lab.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import { readNote } from '../../memory/chains-note.ts';
import { RECORD_FILE } from '../../memory/folders.ts';
import { readJsonFile } from '../../memory/json-file.ts';
import { type PreparedFollower, prepareFollowers, prepareTranslations } from '../../pipeline/follow.ts';
import type { LabRecord } from '../../sandbox/sandbox.ts';
import type { Wanted } from '../../state/state.ts';
import type { Translations } from '../../state/translations.ts';

export interface FollowedLab {
  /** Of its record; empty where there is none. */
  readonly version: string;
  readonly followers: readonly PreparedFollower[];
  /** What conntrack may hold. */
  readonly translations: (unready: UnreadyPods) => Translations;
  /** Those that may be not ready. */
  readonly pods: readonly Pick<Pod, 'key' | 'ns'>[];
  /** Which pods its chains take for not ready, as far as that is known. */
  readonly noted: UnreadyPods | undefined;
}

export const NO_LAB: FollowedLab = {
  version: '',
  followers: [],
  translations: () => ({ tables: [], served: [] }),
  pods: [],
  noted: undefined,
};

interface Resolved {
  readonly lab: Lab;
  readonly wanted: readonly Wanted[];
}

export function readFollowedLab(version: string): FollowedLab {
  const record = readJsonFile(RECORD_FILE) as (LabRecord & Partial<Resolved>) | undefined;
  const { lab, wanted = [], unready } = record ?? {};
  if (!lab) return { ...NO_LAB, version };
  // A kubelet before this one may have gone on from what `up` has left, and have been ended half-way.
  const noted = readNote(version, () => unready) ?? undefined;
  return {
    version,
    followers: prepareFollowers(lab),
    translations: prepareTranslations(
      lab,
      wanted.map(({ object }) => object),
    ),
    pods: lab.pods.filter(pod => lastingContainers(pod).length > 0).map(({ key, ns }) => ({ key, ns })),
    noted: noted && new Set(noted),
  };
}
