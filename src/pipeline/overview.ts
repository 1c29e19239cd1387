/** A lab and what it is to be just now in, what features show of it out. */
import type { Feature } from '../features/feature.ts';
import { FEATURES } from '../features/registry.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { WantedState } from '../state/state.ts';

/** A table of all that a lab has of one thing. */
export interface Section {
  /** In JSON. */
  readonly name: string;
  readonly entries: readonly object[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Empty ones where nothing is known of the lab. */
export function listSections(
  lab: Lab | undefined,
  unready: UnreadyPods,
  wanted: WantedState,
  features: readonly Feature[] = FEATURES,
): Section[] {
  return features.flatMap(({ overview }) => {
    if (!overview) return [];
    const { name, columns, list } = overview;
    return [{ name, columns, ...(lab ? list(lab, unready, wanted) : { entries: [], rows: [] }) }];
  });
}
