/** What host ports need of a node's kernel. */
import type { LabDraft, NodeDraft } from '../../../resolve/model.ts';
import { claimsOf } from './claims.ts';

/**
 * A port is reached at 127.0.0.1 as well, which the kernel does not route otherwise. The plugin asks for it of the bridge
 * that the pod is behind.
 */
export function localnetSysctls({ wiring, addresses }: LabDraft): (node: NodeDraft) => Record<string, string> {
  const settings = new Map<string, Record<string, string>>();
  for (const port of wiring.ports) {
    const { machine, segment } = port;
    if (machine.kind !== 'pod' || segment.kind !== 'bridge' || segment.node !== machine.node) continue;
    if (!claimsOf(machine).some(({ ip }) => !ip.includes(':'))) continue;
    if (!addresses.ofPort(port).some(({ ip }) => ip.family === 4)) continue;
    const name = `net.ipv4.conf.${segment.name.replaceAll('.', '/')}.route_localnet`;
    settings.set(machine.node, { ...settings.get(machine.node), [name]: '1' });
  }
  return ({ key }) => settings.get(key) ?? {};
}
