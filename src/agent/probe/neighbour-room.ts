/** How many probes may begin, by how full the machine's neighbour tables are: looks at them come in, a number goes out. Pure. */
import type { Fill } from './neighbour-table.ts';

export interface NeighbourRoom {
  /** By the last look. */
  readonly fills: readonly Fill[];
  readonly checkedAt: number;
  /** Since when there is little room; undefined where there is enough. */
  readonly tightSince: number | undefined;
  /** How many may begin where only trying tells. */
  readonly pace: number;
}

/** What begins within one turn of the loop needs no more than that. */
const RESERVE = 384;
/** What one probe needs: at its sender, its receiver and the nodes between them, there and back. */
const ENTRIES_A_PROBE = 6;
/** As many may begin in a table that is full. */
const FEW = 4;
const CHECK_MS = 2;
/** How long it is left alone where little could be taken out. */
const PAUSE_MS = 50;
/** Entries of our own have served by then; so what is tight for longer is so by others. */
const OWN_MS = 500;

export const unknownRoom = (fills: readonly Fill[]): NeighbourRoom => ({
  ...{ fills, checkedAt: Number.NEGATIVE_INFINITY, tightSince: undefined, pace: FEW },
});

/** Without another look; undefined where that is due. */
export function allowedWithoutLook({ checkedAt, tightSince }: NeighbourRoom, now: number): number | undefined {
  const isTight = tightSince !== undefined;
  if (now - checkedAt >= (isTight ? PAUSE_MS : CHECK_MS)) return undefined;
  return isTight ? 0 : Number.POSITIVE_INFINITY;
}

/** After a look, and after what has served was taken out where there was little room. */
export function look(before: NeighbourRoom, fills: readonly Fill[], now: number): NeighbourRoom {
  const isTight = roomFor(fills) !== Number.POSITIVE_INFINITY;
  return {
    ...{ fills, checkedAt: now, pace: nextPace(before.pace, before.fills, fills) },
    tightSince: isTight ? (before.tightSince ?? now) : undefined,
  };
}

export function allowedAfterLook({ fills, checkedAt, tightSince, pace }: NeighbourRoom): number {
  const isOwn = tightSince !== undefined && checkedAt - tightSince < OWN_MS;
  return isOwn ? 0 : Math.max(roomFor(fills), pace);
}

/** How many probes may begin at once: as many as like, where there is room enough. */
export function roomFor(fills: readonly Fill[]): number {
  const tight = fills.filter(isNearlyFull).map(({ limit, entries }) => Math.floor((limit - entries) / ENTRIES_A_PROBE));
  return tight.length === 0 ? Number.POSITIVE_INFINITY : Math.max(FEW, Math.min(...tight));
}

/**
 * Entries that were set by hand are counted, but not held against the limit. There may be more than that of them: then
 * only trying tells how many probes there is room for.
 */
export function nextPace(pace: number, before: readonly Fill[], fills: readonly Fill[]): number {
  const isCountMoot = fills.some(({ entries, limit }) => entries > limit);
  const isLost = fills.some(({ overflows }, index) => overflows !== before[index]?.overflows);
  return isCountMoot && !isLost ? Math.min(pace * 2, RESERVE / ENTRIES_A_PROBE) : FEW;
}

function isNearlyFull({ entries, limit }: Fill): boolean {
  return entries > Math.max(limit - RESERVE, limit / 2);
}
