/** The containers of a lab as they are now: nothing comes in, those that run go out, and the names of what has died. */
import type { NodeContainer, NodeImage, PodContainer } from '../../../state/docker.ts';
import { isHolderAlive, readHolders } from '../holders.ts';

export interface ObservedHolders {
  readonly containers: readonly (NodeContainer | PodContainer | NodeImage)[];
  /** Namespaces whose containers have ended: nothing can run there any more. */
  readonly dead: ReadonlySet<string>;
}

export function observeHolders(): ObservedHolders {
  const all = readHolders();
  const alive = all.filter(isHolderAlive);
  const dead = all.filter(holder => !alive.includes(holder));
  return {
    containers: alive.flatMap(({ object, images }) => [object, ...images]),
    dead: new Set(dead.map(({ object }) => object.ns)),
  };
}
