/**
 * Whether a helper that netlab waits for still does something: what was seen of its processes comes in, look by look, and
 * what to do about it goes out. How long is told in looks: while netlab itself does not run, nobody could answer.
 *
 * Nothing that takes long ends for that: an image may be fetched for hours. It is waited for as long as something moves,
 * which is that processes come and go, that one of them has had a processor, or that something was said.
 */

export const LOOK_MS = 1000;
/** Whoever stops a helper does not do so for so long. */
const WAKE_LOOKS = 3;
const TELL_HELD_LOOKS = 3;
const MOST_HELD_LOOKS = 8;
const TELL_SILENT_LOOKS = 30;
/** Longer than the command of any check may take. */
const MOST_SILENT_LOOKS = 720;
/** The same once the user has asked for an end. */
const HURRIED_LOOKS = 3;
/** What was killed is gone by then, and whoever has started it has noticed. */
const AFTERMATH_LOOKS = 10;

export interface SeenHelper {
  /** A process for ever. */
  readonly id: string;
  readonly ticks: number;
  /** It cannot run: stopped, traced, frozen. */
  readonly isHeld: boolean;
  readonly isStopped: boolean;
  /** Of those that work for the helper: nothing that is to outlive it. */
  readonly isTool: boolean;
}

export interface Look {
  readonly seen: readonly SeenHelper[];
  readonly isAwaited: boolean;
  /** Changes with all that it says. */
  readonly said: number;
  readonly isHurried: boolean;
}

export interface Standstill {
  readonly picture: string;
  readonly silent: number;
  readonly held: number;
  readonly stopped: ReadonlyMap<string, number>;
  /** At which look its tools were ended. */
  readonly endedAt: number | null;
}

export type Remedy = 'wake' | 'tell-held' | 'tell-silent' | 'end-tools' | 'give-up';

export interface Advice {
  readonly remedy: Remedy;
  /** Whom it concerns, by their ids. */
  readonly ids: readonly string[];
}

export const AT_FIRST: Standstill = { picture: '', silent: 0, held: 0, stopped: new Map(), endedAt: null };

export function judge(before: Standstill, look: Look): readonly [Standstill, readonly Advice[]] {
  const now = count(before, look);
  const wake = idsOf(look.seen, ({ id }) => (now.stopped.get(id) ?? 0) >= WAKE_LOOKS);
  const advice = look.isAwaited ? judgeAwaited(now, look) : [];
  const isEnding = advice.some(({ remedy }) => remedy === 'end-tools');
  return [isEnding ? { ...now, endedAt: now.silent } : now, [...adviseAll('wake', wake), ...advice]];
}

function count(before: Standstill, { seen, isAwaited, said }: Look): Standstill {
  const picture = [said, ...seen.map(({ id, ticks }) => `${id} ${ticks}`)].join('\n');
  const stopped = new Map(
    idsOf(seen, ({ isStopped }) => isStopped).map(id => [id, (before.stopped.get(id) ?? 0) + 1] as const),
  );
  if (!isAwaited || picture !== before.picture) return { picture, silent: 0, held: 0, stopped, endedAt: null };
  const held = seen.some(({ isHeld }) => isHeld) ? before.held + 1 : 0;
  return { ...before, silent: before.silent + 1, held, stopped };
}

function judgeAwaited({ silent, held, endedAt }: Standstill, { seen, isHurried }: Look): readonly Advice[] {
  const [heldOnes, tools] = [idsOf(seen, ({ isHeld }) => isHeld), idsOf(seen, ({ isTool }) => isTool)];
  if (held >= MOST_HELD_LOOKS) return [{ remedy: 'give-up', ids: heldOnes }];
  if (held === TELL_HELD_LOOKS) return [{ remedy: 'tell-held', ids: heldOnes }];
  const most = isHurried ? HURRIED_LOOKS : MOST_SILENT_LOOKS;
  if (endedAt !== null && silent >= endedAt + AFTERMATH_LOOKS) return [{ remedy: 'give-up', ids: [] }];
  if (endedAt === null && silent >= most) return [{ remedy: tools.length > 0 ? 'end-tools' : 'give-up', ids: tools }];
  return held === 0 && silent === TELL_SILENT_LOOKS ? [{ remedy: 'tell-silent', ids: tools }] : [];
}

const idsOf = (seen: readonly SeenHelper[], test: (process: SeenHelper) => boolean) =>
  seen.filter(test).map(({ id }) => id);

const adviseAll = (remedy: Remedy, ids: readonly string[]): Advice[] => (ids.length === 0 ? [] : [{ remedy, ids }]);
