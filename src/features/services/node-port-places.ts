/**
 * At which addresses of a node its node ports are: kube-proxy's `nodePortAddresses` and `localhostNodePorts` in, a node's
 * addresses out (kubernetes/kubernetes, pkg/proxy/util/nodeport_addresses.go).
 */
import {
  contains,
  type Family,
  familyOf,
  parseHost,
  parseIp,
  type Subnet,
  withoutPrefix,
} from '../../address/address.ts';
import { nodeAddresses } from '../../compile/pod-addresses.ts';
import type { CoreLab, Node } from '../../language/lab/lab.ts';
import type { KubeProxy } from './model.ts';

export interface NodePortPlaces {
  /** All addresses that the node has at any time. */
  readonly isEverywhere: boolean;
  /** Where it is not everywhere: these alone. */
  readonly ips: readonly string[];
  /** 127.0.0.0/8 too. */
  readonly localhost: boolean;
}

type NodePortOptions = Pick<KubeProxy, 'nodePortAddresses' | 'localhostNodePorts'>;

const ALL: Readonly<Record<Family, string>> = { 4: '0.0.0.0/0', 6: '::/0' };
const LOCALHOST: Readonly<Record<Family, string>> = { 4: '127.0.0.0/8', 6: '::1/128' };
const LOOPBACK = { family: 4, value: 0x7f000000n } as const;

/** Whether node ports are reached at 127.0.0.1, for which the kernel has to route what it otherwise drops. */
export const servesLocalhost = (options: NodePortOptions): boolean =>
  options.localhostNodePorts && subnetsOf(options, 4, undefined).some(hasLoopback);

const hasLoopback = (subnet: Subnet) => contains(subnet, LOOPBACK) || subnet.base >> 24n === 127n;

export function nodePortPlaces(options: NodePortOptions, node: Node, lab: CoreLab, family: Family): NodePortPlaces {
  const own = nodeAddresses(node, lab, family).map(withoutPrefix);
  const subnets = subnetsOf(options, family, own[0]);
  const localhost = family === 4 && servesLocalhost(options);
  const all = [...own, ...(localhost ? ['127.0.0.1'] : [])];
  const isIn = (address: string) => {
    const ip = parseIp(address);
    return ip !== undefined && subnets.some(subnet => contains(subnet, ip));
  };
  return {
    isEverywhere: subnets.some(({ prefix }) => prefix === 0),
    ips: [...new Set(all.filter(isIn))].sort(),
    localhost,
  };
}

/** Where none is of the family, all its addresses count. */
function subnetsOf({ nodePortAddresses }: NodePortOptions, family: Family, primary: string | undefined): Subnet[] {
  const texts = nodePortAddresses.flatMap(text => expand(text, family, primary));
  const own = texts.filter(text => familyOf(text) === family);
  const isOpen = own.length === 0 && !nodePortAddresses.includes('primary');
  return (isOpen ? [ALL[family]] : own).flatMap(text => parseHost(text)?.subnet ?? []);
}

function expand(text: string, family: Family, primary: string | undefined): string[] {
  if (text === 'all') return [ALL[family]];
  if (text === 'localhost') return [LOCALHOST[family]];
  if (text !== 'primary') return [text];
  return primary === undefined ? [] : [`${primary}/${family === 4 ? 32 : 128}`];
}
