/** Where a walk ended although it should have gone on: why, as far as the kernel and the lab tell. */
import { endsAstray, strayFaults } from './stray.ts';
import {
  forwardingFaults,
  inspect,
  missingAddresses,
  plugFaults,
  type Surroundings,
  type Suspect,
} from './suspects.ts';
import { coveringRoute, labRoute } from './tables.ts';
import type { Walk, WalkEnd } from './walk.ts';

export function endFaults(walk: Walk, around: Surroundings): Suspect[] {
  const { end } = walk;
  switch (end.kind) {
    case 'arrived':
      return [];
    case 'no-route':
      // Who is not meant to be on the way need not know it, nor forward.
      return endsAstray(walk, around)
        ? strayFaults(walk, around)
        : [...routeFaults(end, walk, around), ...strayFaults(walk, around)];
    case 'nobody':
      return [...strayFaults(walk, around), ...nobodyFaults(end, around)];
    case 'no-cable':
      return cableFaults(end, around);
    case 'loop':
      return [...strayFaults(walk, around), loopFault(walk, around)];
  }
}

type End<K extends WalkEnd['kind']> = Extract<WalkEnd, { readonly kind: K }>;

function routeFaults({ ns, inDev, isForged }: End<'no-route'>, walk: Walk, around: Surroundings): Suspect[] {
  const key = around.places.keyOf(ns);
  const { destination, source } = walk;
  const command = inspect(key, `ip route get ${destination}`);
  const switchedOff = inDev === undefined ? [] : forwardingFaults(ns, destination, around);
  if (switchedOff.length > 0) return switchedOff;
  if (isForged) return [forgedFault(ns, inDev ?? '', source ?? '', around)];
  const found = coveringRoute(ns, destination, around);
  if (found?.type === 'unicast') return [policyFault(key, destination, found.to)];
  if (found)
    return [{ text: `${key} has a route of type ${found.type} to ${found.to}, which covers ${destination}`, command }];
  const wanted = labRoute(key, destination, around);
  const told = wanted ? `; the lab gives it ${wanted.to}${wanted.via === undefined ? '' : ` via ${wanted.via}`}` : '';
  return [{ text: `${key} has no route to ${destination}${told}`, command }];
}

function policyFault(key: string, destination: string, to: string): Suspect {
  const text = `${key} has the route ${to} for ${destination} in its table, but takes none: a rule comes before it`;
  return { text, command: inspect(key, 'ip rule') };
}

/** What a kernel checks of a source address: that it is not its own, and, with rp_filter, that the way back is the same. */
function forgedFault(ns: string, inDev: string, source: string, { places, sight }: Surroundings): Suspect {
  const key = places.keyOf(ns);
  if (sight.owners(source).some(owner => owner.ns === ns))
    return {
      text: `${key} has the source address ${source} itself, and takes nothing from it`,
      command: inspect(key, 'ip addr'),
    };
  const text = `${key} takes it for forged (rp_filter): its own way back to ${source} does not lead through ${inDev}`;
  return { text, command: inspect(key, `ip route get ${source}`) };
}

function nobodyFaults({ ns, dev, next }: End<'nobody'>, around: Surroundings): Suspect[] {
  const { places } = around;
  const key = places.keyOf(ns);
  const owner = places.ownerOf(next)?.place.key;
  const missing = owner === undefined ? [] : missingAddresses(owner, around);
  if (missing.length > 0) return missing;
  const text = `${key} hands it to ${next} on ${dev}, and nobody in the lab has that address`;
  return [{ text, command: inspect(key, `ip neigh show ${next}`) }];
}

function cableFaults({ ns, dev, next, owner }: End<'no-cable'>, around: Surroundings): Suspect[] {
  const faults = [...plugFaults({ ns, dev }, around), ...plugFaults(owner, around)];
  if (faults.length > 0) return faults;
  const { places } = around;
  const text = `${places.keyOf(ns)} looks for ${next} on ${dev}, but ${places.keyOf(owner.ns)}, which has it, is not connected there`;
  return [{ text, command: inspect(places.keyOf(ns), `ip route get ${next}`) }];
}

function loopFault({ hops, end, destination }: Walk, { places }: Surroundings): Suspect {
  const start = hops.findIndex(({ ns }) => ns === end.ns);
  const keys = hops.slice(start).map(({ ns }) => places.keyOf(ns));
  const text = `it goes round in circles: ${[...keys, keys[0]].join(' → ')}`;
  return { text, command: inspect(keys.at(-1) ?? '', `ip route get ${destination}`) };
}
