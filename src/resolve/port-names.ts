/** Names of what a bridge has plugged in. */
import type { Port, Wiring } from './model.ts';
import { kernelName } from './names.ts';

/** Names of the bridge's ends of veth pairs: `veth-web`, unique in the bridge's namespace. */
export function namePorts({ bridges, ports }: Wiring): Map<Port, string> {
  const taken = new Map<string, Set<string>>();
  const takenIn = (ns: string) => {
    const names = taken.get(ns) ?? new Set(['lo']);
    taken.set(ns, names);
    return names;
  };
  for (const { ns, name } of bridges) takenIn(ns).add(name);
  for (const { machine, name } of ports) takenIn(machine.ns).add(name);
  const names = new Map<Port, string>();
  for (const port of ports) {
    if (port.segment.kind !== 'bridge') continue;
    const own = takenIn(port.segment.ns);
    const name = kernelName(['veth', port.machine.ns, ...(port.name === 'eth0' ? [] : [port.name])], own);
    own.add(name);
    names.set(port, name);
  }
  return names;
}
