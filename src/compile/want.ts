/** An object with its reason and the entry of the lab file that asks for it. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Device } from '../state/device.ts';
import type { KernelObject } from '../state/kinds.ts';
import type { Wanted } from '../state/state.ts';

export function want(object: KernelObject, why: string, source: Path): Wanted {
  return { object, why, source };
}

export function wantDevice(device: Device, why: string, source: Path): Wanted {
  return want(device, device.addrGenMode === 'none' ? `${why}; it needs no IPv6 address of its own` : why, source);
}
