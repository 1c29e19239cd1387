/** Hops of a walk that do not take the way which the lab has given them. */
import { type Cause, inspect, type PathContext } from './causes.ts';
import { coveringRoute, wantedHop } from './routes.ts';
import type { Walk } from './walk.ts';

interface Handover {
  readonly ns: string;
  readonly next: string;
}

export function wrongHopCauses(walk: Walk, context: PathContext): Cause[] {
  return stepsOf(walk).flatMap(step => wrongHopCause(step, walk.destination, context));
}

/** Whether the packet has come where it ended because the hop before sent it there. */
export function endsAfterWrongHop(walk: Walk, context: PathContext): boolean {
  const last = stepsOf(walk).at(-1);
  return last !== undefined && wrongHopCause(last, walk.destination, context).length > 0;
}

const stepsOf = ({ hops, end, lead = 0 }: Walk): Handover[] => [...hops.slice(lead), ...('next' in end ? [end] : [])];

function wrongHopCause({ ns, next }: Handover, destination: string, context: PathContext): Cause[] {
  const { directory, kernel } = context;
  const key = directory.keyOf(ns);
  const wanted = wantedHop(key, destination, context);
  if (wanted === undefined || wanted === next) return [];
  const command = inspect(key, `ip route get ${destination}`);
  const sends = `${key} sends what is for ${destination} to ${next}`;
  if (tableHop(ns, destination, context) !== wanted) {
    const told =
      wanted === destination ? 'in the lab it is connected to that network itself' : `the lab's route says ${wanted}`;
    return [{ text: `${sends}; ${told}`, command }];
  }
  // A router that knew a shorter way has told this machine by an ICMP redirect.
  const router = kernel.owners(wanted).find(owner => owner.ns !== ns)?.ns;
  const [teacher] = router === undefined ? [] : tableFault(router, destination, context);
  if (teacher) return [teacher];
  return [{ text: `${sends}, although its table says ${wanted}: by a rule (ip rule), or an ICMP redirect`, command }];
}

function tableFault(ns: string, destination: string, context: PathContext): Cause[] {
  const key = context.directory.keyOf(ns);
  const [wanted, found] = [wantedHop(key, destination, context), tableHop(ns, destination, context)];
  if (wanted === undefined || found === undefined || wanted === found) return [];
  const text = `${key} sends what is for ${destination} to ${found}; the lab's route says ${wanted}`;
  return [{ text, command: inspect(key, `ip route get ${destination}`) }];
}

/** By the main table alone. */
function tableHop(ns: string, destination: string, context: PathContext): string | undefined {
  const route = coveringRoute(ns, destination, context);
  return route?.type === 'unicast' ? (route.via ?? destination) : undefined;
}
