/**
 * The difference of two states as an ordered list of steps: what brings the observed state to the wanted one.
 *
 * Pure, and linear in the number of objects. When an object goes, the kernel takes with it all that needs it (a link's
 * addresses, an address's routes): those get no deletion of their own, and are added again where they are still wanted.
 */
import type { Command } from '../state/kind.ts';
import { depthOf, keyOf, specOf } from '../state/kinds.ts';
import type { KernelObject } from '../state/objects.ts';
import type { State, Wanted, WantedState } from '../state/state.ts';
import { render, type Step, turnOf } from './step.ts';

const NOT_WANTED = 'the lab file does not ask for it';

export function diff(observed: State, wanted: WantedState): Step[] {
  const { removed, lost } = findRemoved(observed, wanted);
  const swept = sweep(observed, removed, lost);
  const deletions = removed.filter(object => !swept.has(keyOf(object))).map(deletion);
  const changes: Step[] = [];
  for (const [key, item] of wanted) {
    const step = stepFor(item, observed.get(key), swept.has(key));
    if (step) changes.push(step);
  }
  return order([...deletions.reverse(), ...changes]);
}

function findRemoved(observed: State, wanted: WantedState) {
  const removed: KernelObject[] = [];
  const lost = new Set<string>();
  for (const [key, object] of observed) {
    if (wanted.has(key)) continue;
    removed.push(object);
    for (const token of specOf(object).gives(object)) lost.add(token);
  }
  return { removed, lost };
}

/** Keys of the observed objects that go by themselves because something they need goes. */
function sweep(observed: State, removed: readonly KernelObject[], lost: Set<string>): Set<string> {
  const swept = new Set<string>();
  if (removed.length === 0) return swept;
  const fromRootToLeaves = [...observed].sort(([, a], [, b]) => depthOf(a) - depthOf(b));
  const ownTokens = new Set(removed);
  for (const [key, object] of fromRootToLeaves) {
    const spec = specOf(object);
    const own = ownTokens.has(object) ? new Set(spec.gives(object)) : undefined;
    if (!spec.needs(object).some(token => lost.has(token) && !own?.has(token))) continue;
    swept.add(key);
    for (const token of spec.gives(object)) lost.add(token);
  }
  return swept;
}

function deletion(object: KernelObject): Step {
  return { operation: 'delete', object, why: NOT_WANTED, source: [] };
}

function stepFor({ object, why, source }: Wanted, is: KernelObject | undefined, swept: boolean): Step | undefined {
  if (is === undefined) return { operation: 'add', object, why, source };
  if (swept) return { operation: 'add', object, mayExist: true, why, source };
  return specOf(object).same(is, object) ? undefined : { operation: 'change', object, was: is, why, source };
}

/** By phase, then by namespace in the order of first mention, then by rank; what needs no command is no step. */
function order(steps: readonly Step[]): Step[] {
  const places = new Map<string, number>();
  const sortable = steps
    .map(step => ({ step, commands: render(step), turn: turnOf(step) }))
    .filter(({ commands }) => commands.length > 0)
    .map(({ step, commands, turn }) => ({ step, turn, place: placeOf(places, namespaceOf(step, commands)) }));
  sortable.sort((a, b) => a.turn.phase - b.turn.phase || a.place - b.place || a.turn.rank - b.turn.rank);
  return sortable.map(({ step }) => step);
}

/** A namespace is made from outside of any, but has its place among the others as what is then done in it. */
function namespaceOf({ object }: Step, [first]: readonly Command[]): string {
  return first?.ns ?? (object.kind === 'namespace' ? object.ns : '');
}

function placeOf(places: Map<string, number>, ns: string): number {
  const place = places.get(ns) ?? places.size;
  places.set(ns, place);
  return place;
}
