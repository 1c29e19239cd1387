/** One rule of a policy: whom it is about, and which ports. Its entry in, the rule out, with what contradicts itself reported. */
import { covers, familyBits, formatSubnet, parseIp, type Subnet } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { NetworkPolicyPeerEntry, NetworkPolicyPortEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readSubnetAround } from '../../../resolve/read-subnet.ts';
import type { BlockPeer, Peer, PolicyPort, PolicyRule } from '../model.ts';
import { readSelector } from './selector.ts';

/** Of either direction; null is one that says nothing. */
export type RuleEntry = {
  readonly from?: readonly NetworkPolicyPeerEntry[];
  readonly to?: readonly NetworkPolicyPeerEntry[];
  readonly ports?: readonly NetworkPolicyPortEntry[];
} | null;

export function readRule(entry: RuleEntry, source: Path, problems: Problems): PolicyRule {
  const { from, to, ports } = entry ?? {};
  const word = from === undefined ? 'to' : 'from';
  const peers = (from ?? to)?.flatMap((peer, index) => readPeer(peer, [...source, word, index], problems));
  return {
    peers: peers ?? null,
    ports: ports?.map((port, index) => readPort(port, [...source, 'ports', index], problems)) ?? null,
    source,
  };
}

function readPeer(entry: NetworkPolicyPeerEntry, source: Path, problems: Problems): Peer[] {
  const { podSelector, namespaceSelector, ipBlock } = entry;
  if (ipBlock === undefined) {
    const read = (selector: typeof podSelector, key: string) =>
      selector === undefined ? null : readSelector(selector, [...source, key], problems);
    const selectors = {
      namespaceSelector: read(namespaceSelector, 'namespaceSelector'),
      podSelector: read(podSelector, 'podSelector'),
    };
    return [{ kind: 'pods', ...selectors, source }];
  }
  if (podSelector !== undefined || namespaceSelector !== undefined) {
    const key = podSelector === undefined ? 'namespaceSelector' : 'podSelector';
    const message = `an item with "ipBlock" is about addresses, and cannot have "${key}" too`;
    problems.errorAtKey(
      [...source, 'ipBlock'],
      'conflict',
      message,
      'begin another item for it, with a "- " of its own',
    );
  }
  return readBlock(ipBlock, source, problems);
}

function readBlock(
  { cidr, except = [] }: NonNullable<NetworkPolicyPeerEntry['ipBlock']>,
  source: Path,
  problems: Problems,
): BlockPeer[] {
  const path = [...source, 'ipBlock'];
  const block = readSubnet(cidr, [...path, 'cidr'], problems);
  const exceptions = except.flatMap((text, index) => {
    const at = [...path, 'except', index];
    const exception = readSubnet(text, at, problems);
    if (exception && block && !(covers(block, exception) && exception.prefix > block.prefix)) {
      const isAll = covers(exception, block);
      const what = isAll ? 'leaves nothing of' : 'is not a part of';
      const hint = isAll ? 'remove the block, or write a smaller subnet' : 'remove it, or write a subnet within "cidr"';
      problems.error(at, 'conflict', `the exception "${text}" ${what} ${formatSubnet(block)}`, hint);
    }
    return exception ? [formatSubnet(exception)] : [];
  });
  return block ? [{ kind: 'block', cidr: formatSubnet(block), except: exceptions, source }] : [];
}

function readSubnet(text: string, path: Path, problems: Problems): Subnet | undefined {
  const ip = parseIp(text);
  if (!ip) return readSubnetAround(text, path, problems);
  const hint = `one address alone is "${text}/${familyBits(ip.family)}"`;
  problems.error(path, 'bad-address', `"${text}" is an address, and a subnet is meant here`, hint);
  return undefined;
}

function readPort(entry: NetworkPolicyPortEntry, source: Path, problems: Problems): PolicyPort {
  const { protocol = 'TCP', port = null, endPort = null } = entry ?? {};
  if (endPort !== null) checkRange(port, endPort, [...source, 'endPort'], problems);
  return { protocol, port, endPort, source };
}

function checkRange(port: number | string | null, endPort: number, path: Path, problems: Problems): void {
  const report = (message: string, hint: string) => problems.error(path, 'conflict', message, hint);
  if (port === null)
    report('a range that ends with "endPort" has to begin with "port"', `write "port: 1, endPort: ${endPort}"`);
  else if (typeof port === 'string')
    report(`"port" is a name, and a range goes from number to number`, 'write "port" as a number, or remove "endPort"');
  else if (endPort < port)
    report(`a range that begins with ${port} cannot end with ${endPort}`, `write "port: ${endPort}, endPort: ${port}"`);
}
