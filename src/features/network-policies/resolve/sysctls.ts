/** What policies need of a node's kernel: that it asks iptables about packets from one port of a bridge to another. */
import type { LabDraft, NodeDraft } from '../../../resolve/model.ts';

export function policySysctls({ file, hasIpv6 }: LabDraft): (node: NodeDraft) => Readonly<Record<string, string>> {
  const settings = {
    'net.bridge.bridge-nf-call-iptables': '1',
    ...(hasIpv6 ? { 'net.bridge.bridge-nf-call-ip6tables': '1' } : {}),
  };
  const hasPolicies = Object.keys(file.networkPolicies ?? {}).length > 0;
  return ({ external }) => (hasPolicies && !external ? settings : {});
}
