/** Names of what a bridge has plugged in. */
import type { Port, Wiring } from './model.ts';
import { kernelName } from './names.ts';

/** Names of the bridge's ends of veth pairs: `veth-web`, unique in the bridge's namespace. */
export function namePorts({ bridges, ports }: Wiring): Map<Port, string> {
  const taken = new Map(bridges.map(({ ns }) => [ns, new Set(['lo'])]));
  for (const { ns, name } of bridges) taken.get(ns)?.add(name);
  for (const { machine, name } of ports) taken.get(machine.ns)?.add(name);
  const names = new Map<Port, string>();
  for (const port of ports) {
    if (port.segment.kind !== 'bridge') continue;
    const own = taken.get(port.segment.ns) ?? new Set<string>();
    const name = kernelName(['veth', port.machine.ns, ...(port.name === 'eth0' ? [] : [port.name])], own);
    own.add(name);
    names.set(port, name);
  }
  return names;
}
