/**
 * Pods in the network of their node: which they are, and what they cannot have beside it, as it is the node's.
 */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { MachineDraft, PodDraft } from './model.ts';
import type { Problems } from './problems.ts';

export const isOnHost = (machine: MachineDraft): boolean =>
  machine.kind === 'pod' && machine.entry.hostNetwork === true;

/** Of the key that has the network of a node or pod: its own, or its node's. */
export const networkKeyOf = (machine: MachineDraft): string =>
  machine.kind === 'pod' && isOnHost(machine) ? machine.node : machine.key;

const NETWORK_KEYS = [
  ...['bridge', 'address', 'gateway', 'mtu', 'mac', 'rate', 'delay', 'jitter', 'loss', 'interfaces'],
  ...['sysctls', 'iptables', 'ip6tables'],
] as const;

/** What is about a network of the pod's own. */
export function refuseNetworkKeys({ key, node, entry, path }: PodDraft, problems: Problems): void {
  for (const word of NETWORK_KEYS) {
    if ((entry as Readonly<Record<string, unknown>>)[word] === undefined) continue;
    const message = `pod "${key}" is in the network of its node, and can have no "${word}" of its own`;
    const own = word === 'bridge' || word === 'gateway' ? '' : `, and write it for node "${node}" where that is meant`;
    problems.errorAtKey([...path, word], 'conflict', message, `remove it, or "hostNetwork: true"${own}`);
  }
}

/** Reports that an entry is about a network that the pod has not; whether it did. */
export function refuseOnHost(machine: MachineDraft, what: string, path: Path, problems: Problems): boolean {
  if (!isOnHost(machine) || machine.kind !== 'pod') return false;
  const message = `pod "${machine.key}" is in the network of its node, and has no ${what} of its own`;
  problems.error(path, 'conflict', message, `name the node, "${machine.node}", or remove "hostNetwork: true"`);
  return true;
}
