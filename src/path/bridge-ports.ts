/** What bridges on a way make of a frame, by the settings of their ports: the kernel is asked with `bridge`. */

import type { Directory } from '../language/lab/directory.ts';
import { type Cause, inspect } from './causes.ts';
import { type PortAnswer, readPorts } from './kernel-text.ts';
import type { KernelView, NetDevice } from './kernel-view.ts';
import type { KernelAccess, Walk } from './walk.ts';

export interface NamedAccess extends KernelAccess {
  readonly directory: Directory;
}

/** A bridge on the way; at its own machine a frame has only one port. */
interface Passage {
  readonly bridge: NetDevice;
  readonly ports: readonly string[];
}

export async function portCauses({ hops }: Walk, context: NamedAccess): Promise<Cause[]> {
  const passages = hops.flatMap(({ cable }) => passagesOf(cable, context.kernel));
  const inside = [...new Set(passages.map(({ bridge }) => bridge.ns))];
  const answers = await context.run(inside.map(ns => ({ ns, argv: ['bridge', '-d', '-j', 'link', 'show'] })));
  const ports = new Map(inside.map((ns, index) => [ns, readPorts(answers[index]?.stdout ?? '')]));
  return passages.flatMap(passage => causesOf(passage, ports.get(passage.bridge.ns) ?? [], context));
}

function passagesOf(cable: readonly NetDevice[], kernel: KernelView): Passage[] {
  return cable.flatMap((bridge, index) => {
    if (kernel.link(bridge)?.kind !== 'bridge') return [];
    const ends = [cable[index - 1], cable[index + 1]];
    return [{ bridge, ports: ends.flatMap(port => (port?.ns === bridge.ns ? [port.dev] : [])) }];
  });
}

function causesOf(
  { bridge, ports }: Passage,
  known: readonly PortAnswer[],
  { directory, kernel }: NamedAccess,
): Cause[] {
  const key = directory.keyOf(bridge.ns);
  const passed = ports.flatMap(dev => known.filter(({ ifname, master }) => ifname === dev && master === bridge.dev));
  // Without a carrier it is shut by itself.
  const isUp = (device: NetDevice | undefined) => device === undefined || kernel.link(device)?.up !== false;
  const hasCarrier = ({ ifname: dev }: PortAnswer) =>
    [{ ns: bridge.ns, dev }, kernel.peer({ ns: bridge.ns, dev }), bridge].every(isUp);
  const shut = passed.filter(port => port.state !== undefined && port.state !== 'forwarding' && hasCarrier(port));
  const [first, second] = passed.filter(({ isolated }) => isolated === true);
  const look = (dev: string) => inspect(key, `bridge -d link show dev ${dev}`);
  return [
    ...shut.map(({ ifname, state }) => ({
      text: `${ifname} of ${key} is ${state}: its bridge ${bridge.dev} lets nothing through there`,
      command: look(ifname),
    })),
    ...(first && second
      ? [
          {
            text: `${first.ifname} and ${second.ifname} of ${key} are isolated ports of ${bridge.dev}: it lets nothing from one to the other`,
            command: look(first.ifname),
          },
        ]
      : []),
  ];
}
