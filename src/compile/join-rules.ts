/**
 * Rules of features before a node's given ones in the chains that both have: kube-proxy puts its jumps before all that
 * is there.
 */
import { keyOf } from '../state/kinds.ts';
import { toWantedState, type Wanted, type WantedState } from '../state/state.ts';

export interface RuleLayers {
  /** Rules that stand before all that features put `after`; of several features, in their order. */
  readonly before: readonly Wanted[];
  /** Rules that stand behind those of the features before it, and before those of the file. */
  readonly after: readonly Wanted[];
}

/** `layers` in the order of their rules; the reason and the place are those of the last that has the chain. */
export function joinRules(layers: readonly (readonly Wanted[])[], own: readonly Wanted[]): WantedState {
  const joined = new Map(toWantedState(own));
  for (const layer of [...layers].reverse()) for (const item of layer) putBefore(item, joined);
  return joined;
}

function putBefore(item: Wanted, joined: Map<string, Wanted>): void {
  const { object } = item;
  const key = keyOf(object);
  const own = joined.get(key);
  if (object.kind === 'rules' && own?.object.kind === 'rules')
    joined.set(key, { ...own, object: { ...own.object, rules: [...object.rules, ...own.object.rules] } });
  else joined.set(key, item);
}
