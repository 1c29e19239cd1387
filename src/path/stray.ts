/** Hops of a walk that do not take the way which the lab has given them. */
import { inspect, type Surroundings, type Suspect } from './suspects.ts';
import { coveringRoute, wantedHop } from './tables.ts';
import type { Walk } from './walk.ts';

interface Step {
  readonly ns: string;
  readonly next: string;
}

export function strayFaults(walk: Walk, around: Surroundings): Suspect[] {
  return stepsOf(walk).flatMap(step => strayFault(step, walk.destination, around));
}

/** Whether the packet has come where it ended because the hop before sent it there. */
export function endsAstray(walk: Walk, around: Surroundings): boolean {
  const last = stepsOf(walk).at(-1);
  return last !== undefined && strayFault(last, walk.destination, around).length > 0;
}

const stepsOf = ({ hops, end }: Walk): Step[] => [...hops, ...('next' in end ? [end] : [])];

function strayFault({ ns, next }: Step, destination: string, around: Surroundings): Suspect[] {
  const { places, sight } = around;
  const key = places.keyOf(ns);
  const wanted = wantedHop(key, destination, around);
  if (wanted === undefined || wanted === next) return [];
  const command = inspect(key, `ip route get ${destination}`);
  const sends = `${key} sends what is for ${destination} to ${next}`;
  if (tableHop(ns, destination, around) !== wanted) {
    const told =
      wanted === destination ? 'in the lab it is connected to that network itself' : `the lab's route says ${wanted}`;
    return [{ text: `${sends}; ${told}`, command }];
  }
  // Whoever was asked, and knew a shorter way, has told this one by an ICMP redirect.
  const router = sight.owners(wanted).find(owner => owner.ns !== ns)?.ns;
  const [teacher] = router === undefined ? [] : tableFault(router, destination, around);
  if (teacher) return [teacher];
  return [{ text: `${sends}, although its table says ${wanted}: by a rule (ip rule), or an ICMP redirect`, command }];
}

function tableFault(ns: string, destination: string, around: Surroundings): Suspect[] {
  const key = around.places.keyOf(ns);
  const [wanted, found] = [wantedHop(key, destination, around), tableHop(ns, destination, around)];
  if (wanted === undefined || found === undefined || wanted === found) return [];
  const text = `${key} sends what is for ${destination} to ${found}; the lab's route says ${wanted}`;
  return [{ text, command: inspect(key, `ip route get ${destination}`) }];
}

/** By the main table alone. */
function tableHop(ns: string, destination: string, around: Surroundings): string | undefined {
  const route = coveringRoute(ns, destination, around);
  return route?.type === 'unicast' ? (route.via ?? destination) : undefined;
}
