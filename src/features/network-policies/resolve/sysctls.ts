/** What policies need of a node's kernel: that it asks iptables about packets from one port of a bridge to another. */
import type { LabDraft, NodeDraft } from '../../../resolve/model.ts';

export const BRIDGE_SYSCTLS = {
  4: 'net.bridge.bridge-nf-call-iptables',
  6: 'net.bridge.bridge-nf-call-ip6tables',
} as const;

export function policySysctls({ file, hasIpv6 }: LabDraft): (node: NodeDraft) => Readonly<Record<string, string>> {
  const settings = {
    [BRIDGE_SYSCTLS[4]]: '1',
    ...(hasIpv6 ? { [BRIDGE_SYSCTLS[6]]: '1' } : {}),
  };
  const hasPolicies = Object.keys(file.networkPolicies ?? {}).length > 0;
  return ({ external }) => (hasPolicies && !external ? settings : {});
}
