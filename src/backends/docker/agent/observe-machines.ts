/** The containers of a lab as they are now: nothing comes in, those that run go out, and the names of what has died. */
import type { NodeContainer, NodeImage, PodContainer } from '../../../state/docker.ts';
import { isMachineAlive, readMachines } from '../machine-record.ts';

export interface ObservedMachines {
  readonly containers: readonly (NodeContainer | PodContainer | NodeImage)[];
  /** Namespaces whose containers have ended: whatever is in them, nobody can run there any more. */
  readonly dead: ReadonlySet<string>;
}

export function observeMachines(): ObservedMachines {
  const all = readMachines();
  const alive = all.filter(isMachineAlive);
  const dead = all.filter(machine => !alive.includes(machine));
  return {
    containers: alive.flatMap(({ object, images }) => [object, ...images]),
    dead: new Set(dead.map(({ object }) => object.ns)),
  };
}
