/** Why a chain is there, in one plain sentence. */
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { ProxiedPort } from './ports.ts';

const FIXED: Readonly<Record<string, (node: string) => string>> = {
  'KUBE-SERVICES': node => `${node} looks here for the Service that a packet is meant for, one rule for each address`,
  'KUBE-NODEPORTS': node => `${node} looks here for the Service behind a port of its own`,
  'KUBE-EXTERNAL-SERVICES': node => `${node} refuses what comes from outside for a Service that nobody answers for`,
  'KUBE-PROXY-FIREWALL': node => `${node} drops what a load balancer's source ranges do not allow`,
  'KUBE-FIREWALL': node => `${node} lets nobody else reach what listens on 127.0.0.1 only`,
  'KUBE-FORWARD': node => `${node} forwards what belongs to a Service, also where its policy is to drop`,
  'KUBE-MARK-MASQ': node => `${node} marks what has to leave with its own address`,
  'KUBE-POSTROUTING': node => `${node} puts its own address in place of the sender's on what bears the mark`,
  'KUBE-PROXY-CANARY': () => 'while this empty chain is there, kube-proxy knows that nobody has flushed its rules',
  'KUBE-KUBELET-CANARY': () => 'while this empty chain is there, kubelet knows that nobody has flushed its rules',
  'KUBE-IPTABLES-HINT': () => 'by this empty chain other programs see which variant of iptables kubelet uses',
};

export function reasonFor(chain: string, node: string, port?: ProxiedPort): string {
  if (port === undefined) return ownValue(FIXED, chain)?.(node) ?? `${node} sends packets on to kube-proxy's chains`;
  const { name } = port;
  if (chain.startsWith('KUBE-SVC-')) return `one of the endpoints of ${name} is drawn by lot`;
  if (chain.startsWith('KUBE-SVL-')) return `one of the endpoints of ${name} on ${node} is drawn by lot`;
  if (chain.startsWith('KUBE-EXT-')) return `what comes to ${name} from outside of the cluster`;
  if (chain.startsWith('KUBE-FW-')) return `who may use the load balancer's address of ${name}`;
  return `one endpoint of ${name}: the destination is rewritten to it`;
}
