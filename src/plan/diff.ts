/**
 * The difference of two states as an ordered list of steps: what brings the observed state to the wanted one.
 *
 * Pure, and linear in the number of objects. When an object goes, the kernel takes with it all that needs it (a link's
 * addresses and routes): those get no deletion of their own, and are added again where they are still wanted. What it
 * may or may not take with it (an address's routes) is taken away or added again in either case.
 */
import { PHASES } from '../state/kind.ts';
import { depthOf, type KernelObject, keyOf, specOf } from '../state/kinds.ts';
import type { State, Wanted, WantedState } from '../state/state.ts';
import { render, type Step, turnOf } from './step.ts';

const NOT_WANTED = 'the lab file does not ask for it';
const MADE_ANEW = 'a namespace that it reaches into is made anew';

export function diff(observed: State, wanted: WantedState): Step[] {
  const removed = [...observed].flatMap(([key, object]) => (wanted.has(key) ? [] : [object]));
  const { gone, affected } = sweep(observed, removed, findDisturbed(observed, wanted));
  const lingers = findLingering(wanted, gone.size > 0);
  const deletions = [
    ...removed
      .filter(object => !gone.has(keyOf(object)) || lingers(object))
      .map(object => deletion(object, NOT_WANTED)),
    ...findEntangled(observed, wanted, gone, removed).map(object => deletion(object, MADE_ANEW)),
  ];
  const changes: Step[] = [];
  for (const [key, item] of wanted) {
    const step = stepFor(item, observed.get(key), gone.has(key) || affected.has(key));
    if (step) changes.push(step);
  }
  return order([...deletions.reverse(), ...changes]);
}

/**
 * Keys of the observed objects that go by themselves because something they need goes, and of those that may go, so
 * that they are taken away where they are not wanted and put back where they are.
 */
function sweep(observed: State, removed: readonly KernelObject[], disturbed: readonly string[]) {
  const gone = new Set<string>();
  const affected = new Set<string>();
  if (removed.length === 0 && disturbed.length === 0) return { gone, affected };
  const lost = new Set<string>();
  const uncertain = new Set(disturbed);
  const lose = (tokens: Set<string>, object: KernelObject) => {
    for (const token of specOf(object).gives(object)) tokens.add(token);
  };
  for (const object of removed) lose(lost, object);
  const fromRootToLeaves = [...observed].sort(([, a], [, b]) => depthOf(a) - depthOf(b));
  for (const [key, object] of fromRootToLeaves) {
    const { needs, affectedBy } = specOf(object);
    if (needs(object).some(token => lost.has(token))) {
      gone.add(key);
      lose(lost, object);
    } else if (affectedBy?.(object).some(token => lost.has(token) || uncertain.has(token))) {
      affected.add(key);
      lose(uncertain, object);
    }
  }
  return { gone, affected };
}

/** What changes take from others, as tokens. */
function findDisturbed(observed: State, wanted: WantedState): string[] {
  return [...wanted].flatMap(([key, { object }]) => {
    const was = observed.get(key);
    return (was && specOf(object).disturbs?.(object, was)) ?? [];
  });
}

/**
 * A link goes with its namespace only some time after that is deleted. One whose name, in a namespace that stays, is
 * wanted for another link has to be gone before.
 */
function findLingering(wanted: WantedState, isAsked: boolean): (object: KernelObject) => boolean {
  const given = new Set(isAsked ? [...wanted.values()].flatMap(({ object }) => specOf(object).gives(object)) : []);
  return object =>
    goesIn(object, PHASES.deleteLinks) &&
    specOf(object)
      .gives(object)
      .some(token => given.has(token));
}

const goesIn = (object: KernelObject, phase: number) => specOf(object).turn('delete', object).phase === phase;

/**
 * The same of links that are wanted as before, into a namespace that gives way to another of its name. A container's links
 * go at once with it.
 */
function findEntangled(
  observed: State,
  wanted: WantedState,
  gone: ReadonlySet<string>,
  removed: readonly KernelObject[],
): KernelObject[] {
  const namespaces = removed.filter(object => goesIn(object, PHASES.deleteNamespaces) && !gone.has(keyOf(object)));
  const lost = new Set(namespaces.flatMap(object => specOf(object).gives(object)));
  if (lost.size === 0) return [];
  return [...observed].flatMap(([key, object]) =>
    wanted.has(key) &&
    goesIn(object, PHASES.deleteLinks) &&
    specOf(object)
      .needs(object)
      .some(token => lost.has(token))
      ? [object]
      : [],
  );
}

function deletion(object: KernelObject, why: string): Step {
  return { operation: 'delete', object, why, source: [] };
}

function stepFor({ object, why, source }: Wanted, is: KernelObject | undefined, mayExist: boolean): Step | undefined {
  if (is === undefined) return { operation: 'add', object, why, source };
  if (mayExist) return { operation: 'add', object, mayExist, why, source };
  return specOf(object).same(is, object) ? undefined : { operation: 'change', object, was: is, why, source };
}

/** By phase, then by namespace in the order of first mention, then by rank; what needs no command is no step. */
function order(steps: readonly Step[]): Step[] {
  const places = new Map<string, number>();
  const sortable = steps
    .map(step => ({ step, ns: namespaceOf(step), turn: turnOf(step) }))
    .flatMap(({ step, ns, turn }) => (ns === undefined ? [] : [{ step, turn, place: placeOf(places, ns) }]));
  sortable.sort((a, b) => a.turn.phase - b.turn.phase || a.place - b.place || a.turn.rank - b.turn.rank);
  return sortable.map(({ step }) => step);
}

/** Where it counts to; undefined where it needs no command. */
function namespaceOf(step: Step): string | undefined {
  const { operation, object } = step;
  const known = operation === 'change' ? undefined : specOf(object).place?.(object);
  if (known !== undefined) return known;
  const [first] = render(step);
  return first && (first.ns ?? '');
}

function placeOf(places: Map<string, number>, ns: string): number {
  const place = places.get(ns) ?? places.size;
  places.set(ns, place);
  return place;
}
