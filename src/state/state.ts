/**
 * State: a set of kernel objects by key. Wanted and observed state have the same shape; a wanted object also says why
 * it is wanted and where in the lab file it comes from.
 */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { type KernelObject, keyOf } from './kinds.ts';

export type State = ReadonlyMap<string, KernelObject>;

export interface Wanted {
  readonly object: KernelObject;
  /** One plain sentence for a learner. */
  readonly why: string;
  readonly source: Path;
}

export type WantedState = ReadonlyMap<string, Wanted>;

export function toState(objects: Iterable<KernelObject>): State {
  const state = new Map<string, KernelObject>();
  for (const object of objects) state.set(keyOf(object), object);
  return state;
}

export function toWantedState(items: Iterable<Wanted>): WantedState {
  const state = new Map<string, Wanted>();
  for (const item of items) state.set(keyOf(item.object), item);
  return state;
}
