/** The nodes and pods that an entry is about: one name or a list of them comes in, what they name goes out. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { refuseOnHost } from './host-network.ts';
import type { MachineDraft, Topology } from './model.ts';

export function readTargets(
  on: string | readonly string[],
  path: Path,
  { machines, problems }: Pick<Topology, 'machines' | 'problems'>,
): MachineDraft[] {
  const names = typeof on === 'string' ? [on] : on;
  return names.flatMap((name, index) => {
    const machine = machines.get(name);
    const at = typeof on === 'string' ? path : [...path, index];
    if (machine) return refuseOnHost(machine, 'tables', at, problems) ? [] : [machine];
    problems.unknownName(at, { what: 'node or pod', known: machines.keys }, name);
    return [];
  });
}
