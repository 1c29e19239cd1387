/** Probes come in, batches of them go out, each with at most so many receivers to listen and watch at. Pure. */
import type { Probe } from '../../sandbox/sandbox.ts';

/** Probes to one receiver stay together, as they share its listener; where it alone needs more, it has a batch of its own. */
export function batchesOf(probes: readonly Probe[], most: number): Probe[][] {
  const batches: Probe[][] = [];
  let room = 0;
  for (const group of byReceiver(probes)) {
    const needed = Math.max(1, ...group.map(({ backends }) => backends?.length ?? 1));
    if (room < needed) {
      batches.push([]);
      room = Math.max(needed, most);
    }
    room -= needed;
    for (const probe of group) batches.at(-1)?.push(probe);
  }
  return batches;
}

function byReceiver(probes: readonly Probe[]): Iterable<readonly Probe[]> {
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const key = [probe.to, probe.protocol, probe.port, probe.address].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [probe]);
    else group.push(probe);
  }
  return groups.values();
}
