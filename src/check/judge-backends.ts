/** Who answered behind an address in, whether that is who should, out. */

import type { Backends } from '../features/checks/model.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Frontend } from '../path/frontend.ts';
import type { ProbeResult } from '../sandbox/sandbox.ts';
import { bounds } from './binomial.ts';
import { percent } from './words.ts';

/** With this probability chance alone fails a check of shares. */
const FALSE_ALARM = 1e-6;

/** How often each has answered; those that were not seen are not among them. */
export function countBackends(
  { seen }: ProbeResult,
  frontend: Frontend | undefined,
  directory: Directory,
): ReadonlyMap<string, number> {
  // A pod in the network of its node is known by what it is asked for.
  const keys = new Map(frontend?.backends.map(({ ns, key }) => [ns, key]));
  const counts = new Map<string, number>();
  for (const one of seen) {
    if (!one?.open) continue;
    const key = keys.get(one.ns) ?? directory.keyOf(one.ns);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** `web-0 ×12, web-1 ×8` */
export function listBackends(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([key, count]) => (count === 1 && counts.size === 1 ? key : `${key} ×${count}`)).join(', ');
}

/** Undefined where all is as it should be. */
export function faultOfBackends(
  backends: Backends,
  frontend: Frontend | undefined,
  counts: ReadonlyMap<string, number>,
): string | undefined {
  if (!frontend) return 'no Service has this address and port, so nobody can be told by whom it was answered';
  if (counts.size === 0) return 'nobody in the lab has seen who answered';
  switch (backends.kind) {
    case 'one':
      return counts.size === 1 ? undefined : faultOfMany(frontend, counts);
    case 'exactly':
      return faultOfNames(backends.pods, counts);
    case 'even':
      return faultOfEven(frontend, counts);
    case 'shares':
      return faultOfShares(new Map(Object.entries(backends.shares)), counts);
  }
}

function faultOfMany({ whySpread }: Frontend, counts: ReadonlyMap<string, number>): string {
  const why = whySpread === undefined ? '' : `: ${whySpread}`;
  return `expected one backend, but it was answered by ${listBackends(counts)}${why}`;
}

function faultOfNames(wanted: readonly string[], counts: ReadonlyMap<string, number>): string | undefined {
  const strangers = [...counts.keys()].some(key => !wanted.includes(key));
  const missing = wanted.some(key => !counts.has(key));
  if (!strangers && !missing) return undefined;
  return `expected ${wanted.join(', ')} to answer, but it was answered by ${listBackends(counts)}`;
}

function faultOfEven({ backends }: Frontend, counts: ReadonlyMap<string, number>): string | undefined {
  const meant = backends.filter(({ ready, meant: isMeant }) => ready && isMeant !== false);
  // Where it cannot be told which node's turn it is, those that answer at all should do so alike.
  const known = meant.every(({ meant: isMeant }) => isMeant === true);
  const keys = known ? meant.map(({ key }) => key) : [...counts.keys()];
  const share = 100 / keys.length;
  const shares = new Map<string, number>();
  for (const key of keys) shares.set(key, (shares.get(key) ?? 0) + share);
  return faultOfShares(shares, counts);
}

/** Each for itself, so that together they raise no more false alarms than allowed. */
function faultOfShares(shares: ReadonlyMap<string, number>, counts: ReadonlyMap<string, number>): string | undefined {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const keys = [...new Set([...shares.keys(), ...counts.keys()])];
  const faults = keys.flatMap(key => {
    const [share, hits] = [shares.get(key) ?? 0, counts.get(key) ?? 0];
    const [least, most] = bounds(total, Math.min(1, share / 100), FALSE_ALARM / keys.length);
    if (hits >= least && hits <= most) return [];
    const range = least === most ? `${least}` : `${least} to ${most}`;
    return [`${key} answered ${hits} of ${total}, and ${percent(share)} would be ${range}`];
  });
  return faults.length === 0 ? undefined : `the shares are not as expected: ${faults.join('; ')}`;
}
