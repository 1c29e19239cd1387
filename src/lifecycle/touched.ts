/**
 * Steps in, the namespaces out that are not as they were once these are done: where a few of a thousand are touched, only
 * those are looked at again.
 */
import type { KernelObject } from '../state/kinds.ts';
import type { Prepared } from './prepare.ts';

/** Undefined for all of them. */
export function findTouched({ steps, observed }: Pick<Prepared, 'steps' | 'observed'>): readonly string[] | undefined {
  // With a container of Docker's come and go namespaces.
  if (steps.some(({ object }) => HOLDERS.has(object.kind))) return undefined;
  const gone = new Set(
    steps.flatMap(({ operation, object }) =>
      operation === 'delete' && object.kind === 'namespace' ? [object.ns] : [],
    ),
  );
  // The other ends of its cables go with a namespace.
  const cables = gone.size === 0 ? [] : [...observed.values()].filter(isVeth).map(placesOf);
  const torn = cables.filter(ends => ends.some(ns => gone.has(ns)));
  return [...new Set([...steps.flatMap(({ object }) => placesOf(object)), ...torn.flat()])];
}

const HOLDERS: ReadonlySet<KernelObject['kind']> = new Set(['node-container', 'pod-container']);

const isVeth = ({ kind }: KernelObject) => kind === 'veth';

function placesOf(object: KernelObject): string[] {
  if (object.kind !== 'veth') return [object.ns];
  return object.b ? [object.a.ns, object.b.ns] : [object.a.ns];
}
