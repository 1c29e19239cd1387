/** Objects with their reason and the entry of the lab file that asks for them. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { isBuiltIn } from '../netfilter/rule.ts';
import type { Words } from '../netfilter/rule-words.ts';
import type { Device } from '../state/device.ts';
import type { KernelObject } from '../state/kinds.ts';
import type { ChainId } from '../state/netfilter.ts';
import type { Wanted } from '../state/state.ts';

export function want(object: KernelObject, why: string, source: Path): Wanted {
  return { object, why, source };
}

export function wantDevice(device: Device, why: string, source: Path): Wanted {
  return want(device, device.addrGenMode === 'none' ? `${why}; it needs no IPv6 address of its own` : why, source);
}

/** A chain with its rules; of a built-in one, which is there and is shared, the rules alone. */
export function wantChain(id: ChainId, rules: readonly Words[], why: string, source: Path): Wanted[] {
  return [
    ...(isBuiltIn(id.table, id.chain) ? [] : [want({ kind: 'chain', ...id, policy: null }, why, source)]),
    ...(rules.length === 0 ? [] : [want({ kind: 'rules', ...id, rules }, why, source)]),
  ];
}
