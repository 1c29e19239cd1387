/**
 * A running lab at one moment. Its record, who is ready and what the kernel has are read one after the other, and meanwhile
 * another program may finish a change or take one back, or the kubelet bring chains in line with who has become ready: what
 * was read would be of two labs, and differ. So it is read again until nothing of the kind has happened.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { Moment, Sandbox } from '../sandbox/sandbox.ts';

/** The kubelet needs a second where a pod is behind hundreds of Services; what takes it longer is to be seen. */
const FOLLOW_MS = 3000;
const PAUSE_MS = 50;
/** More changes than this do not follow each other by chance. */
const MOST_CHANGES = 10;

/** `read` is to be harmless when it is repeated; `unready` are the pods that it has found not to be ready, if it asks. */
export async function atOneMoment<T extends { readonly unready?: UnreadyPods }>(
  sandbox: Pick<Sandbox, 'settle'>,
  read: () => Promise<T>,
): Promise<T> {
  let before = await sandbox.settle();
  if (before.isChanging) return read();
  let since = performance.now();
  for (let changes = 0; ; ) {
    const seen = await read();
    const after = await sandbox.settle();
    const isChanged = after.waited || !isSame(before, after);
    if (after.isChanging || (!isChanged && follows(after, seen.unready))) return seen;
    if (isChanged) {
      changes += 1;
      since = performance.now();
    }
    if (changes > MOST_CHANGES || performance.now() - since > FOLLOW_MS) return seen;
    before = after;
    await sleep(PAUSE_MS);
  }
}

const isSame = (one: Moment, other: Moment) =>
  one.version === other.version && JSON.stringify(one.unready) === JSON.stringify(other.unready);

/** Whether the chains are as those who are ready want them. */
function follows({ unready }: Moment, found: UnreadyPods | undefined): boolean {
  return found === undefined || (unready?.length === found.size && unready.every(key => found.has(key)));
}
