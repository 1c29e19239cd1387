/** Where a walk ended although it should have gone on: why, as far as the kernel and the lab tell. */

import { type Cause, inspect, missingAddresses, type PathContext, plugCauses } from './causes.ts';
import { coveringRoute, labRoute } from './routes.ts';
import type { Walk, WalkEnd } from './walk.ts';
import { endsAfterWrongHop, wrongHopCauses } from './wrong-hops.ts';

export function endCauses(walk: Walk, context: PathContext): Cause[] {
  const { end } = walk;
  switch (end.kind) {
    case 'arrived':
      return [];
    case 'no-route':
      // Who is not meant to be on the way need not know it, nor forward.
      return endsAfterWrongHop(walk, context)
        ? wrongHopCauses(walk, context)
        : [...routeCauses(end, walk, context), ...wrongHopCauses(walk, context)];
    case 'no-owner':
      return [...wrongHopCauses(walk, context), ...ownerlessCauses(end, context)];
    case 'no-cable':
      return cableCauses(end, context);
    case 'loop':
      return [...wrongHopCauses(walk, context), loopFault(walk, context)];
  }
}

type EndOf<K extends WalkEnd['kind']> = Extract<WalkEnd, { readonly kind: K }>;

function routeCauses({ ns, inDev, isForged }: EndOf<'no-route'>, walk: Walk, context: PathContext): Cause[] {
  const key = context.directory.keyOf(ns);
  const { destination, source } = walk;
  const command = inspect(key, `ip route get ${destination}`);
  if (isForged) return [forgedFault(ns, inDev ?? '', source ?? '', context)];
  if (context.kernel.owners(destination).some(owner => owner.ns === ns)) return [notLocalFault(key, destination)];
  const found = coveringRoute(ns, destination, context);
  if (found?.type === 'unicast') return [policyFault(key, destination, found.to)];
  if (found)
    return [{ text: `${key} has a route of type ${found.type} to ${found.to}, which covers ${destination}`, command }];
  // With an interface go its routes.
  const down = interfacesOf(ns, context).flatMap(dev => plugCauses({ ns, dev }, context));
  if (down.length > 0) return down;
  const wanted = labRoute(key, destination, context);
  const told = wanted ? `; the lab gives it ${wanted.to}${wanted.via === undefined ? '' : ` via ${wanted.via}`}` : '';
  return [{ text: `${key} has no route to ${destination}${told}`, command }];
}

function notLocalFault(key: string, destination: string): Cause {
  const text = `${key} has the address ${destination} itself, and takes nothing for it: its rules (ip rule) ask another table before "local"`;
  return { text, command: inspect(key, 'ip rule') };
}

function interfacesOf(ns: string, { lab }: PathContext): string[] {
  const machine = [...lab.nodes, ...lab.pods].find(one => one.ns === ns);
  return machine?.interfaces.map(({ name }) => name) ?? [];
}

function policyFault(key: string, destination: string, to: string): Cause {
  const text = `${key} has the route ${to} for ${destination} in its table, but takes none: a rule comes before it, or none asks that table`;
  return { text, command: inspect(key, 'ip rule') };
}

/** What a kernel checks of a source address: that it is not its own, and, with rp_filter, that the way back is the same. */
function forgedFault(ns: string, inDev: string, source: string, { directory, kernel }: PathContext): Cause {
  const key = directory.keyOf(ns);
  if (kernel.owners(source).some(owner => owner.ns === ns))
    return {
      text: `${key} has the source address ${source} itself, and takes nothing from it`,
      command: inspect(key, 'ip addr'),
    };
  const text = `${key} takes it for forged (rp_filter): its own way back to ${source} does not lead through ${inDev}`;
  return { text, command: inspect(key, `ip route get ${source}`) };
}

function ownerlessCauses({ ns, dev, next }: EndOf<'no-owner'>, context: PathContext): Cause[] {
  const { directory } = context;
  const key = directory.keyOf(ns);
  const owner = directory.ownerOf(next)?.entry.key;
  const missing = owner === undefined ? [] : missingAddresses(owner, context);
  if (missing.length > 0) return missing;
  const text = `${key} hands it to ${next} on ${dev}, and nobody in the lab has that address`;
  return [{ text, command: inspect(key, `ip neigh show ${next}`) }];
}

function cableCauses({ ns, dev, next, owner }: EndOf<'no-cable'>, context: PathContext): Cause[] {
  const faults = [...plugCauses({ ns, dev }, context), ...plugCauses(owner, context)];
  if (faults.length > 0) return faults;
  const { directory } = context;
  const text = `${directory.keyOf(ns)} looks for ${next} on ${dev}, but ${directory.keyOf(owner.ns)}, which has it, is not connected there`;
  return [{ text, command: inspect(directory.keyOf(ns), `ip route get ${next}`) }];
}

function loopFault({ hops, end, destination }: Walk, { directory }: PathContext): Cause {
  const start = hops.findIndex(({ ns }) => ns === end.ns);
  const keys = hops.slice(start).map(({ ns }) => directory.keyOf(ns));
  const text = `it goes round in circles: ${[...keys, keys[0]].join(' → ')}`;
  return { text, command: inspect(keys.at(-1) ?? '', `ip route get ${destination}`) };
}
