/** Waiting for what comes in its own time, on a busy machine late: where it does not come, the last thing seen is told. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What works comes long before, also where the machine stands still for seconds. */
const TIMEOUT_MS = 60_000;
const PAUSE_MS = 30;

/** Looks again and again until `isIt` holds of what is seen, and gives that; without `isIt`, until there is something. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  isIt: (seen: T) => boolean = isThere,
  timeoutMs = TIMEOUT_MS,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const since = performance.now();
    const seen = await look();
    if (isIt(seen)) return seen as Exclude<T, undefined | false>;
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs / 1000} s for: ${what}; last seen: ${show(seen)}`);
    // What takes long to look at would keep the machine from what is waited for.
    await sleep(Math.max(PAUSE_MS, performance.now() - since));
  }
}

const isThere = (seen: unknown) => seen !== undefined && seen !== false;

/** Enough of it to tell what it is. */
function show(seen: unknown): string {
  const text = typeof seen === 'string' ? seen : (JSON.stringify(seen) ?? String(seen));
  return text.length > 4000 ? `${text.slice(0, 4000)}…` : text;
}
