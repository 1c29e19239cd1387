/** none: the lab file wires nodes and pods by hand, and no route comes by itself. */
import type { Fabric } from '../resolve/model.ts';

export const none: Fabric = { isByHand: true, routes: () => [] };
