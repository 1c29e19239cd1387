/**
 * Host ports in, the iptables chains of every node out, as the CNI plugin portmap writes them: same chains, same names,
 * same comments (containernetworking/plugins, plugins/meta/portmap/portmap_iptables.go).
 *
 * A host port is there from the moment when the pod has its network, whether the pod is ready or not.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Family, familyOf, formatSubnet, parseHost, withoutPrefix } from '../../../address/address.ts';
import type { RuleLayers } from '../../../compile/join-rules.ts';
import { podAddresses } from '../../../compile/pod-addresses.ts';
import { wantChain } from '../../../compile/want.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { type Lab, lastingContainers, type Node, type Pod } from '../../../language/lab/lab.ts';
import { comment, host, jump, type Words } from '../../../netfilter/rule-words.ts';
import type { Wanted } from '../../../state/state.ts';

/** What flannel's plugin calls its network; it goes into names and comments. */
const NETWORK = 'cbr0';
const DNAT = 'CNI-HOSTPORT-DNAT';
const SET_MARK = 'CNI-HOSTPORT-SETMARK';
const MASQ = 'CNI-HOSTPORT-MASQ';
const MARK = '0x2000/0x2000';
/** The match takes no more ports in one rule. */
const MULTIPORT = 15;

interface MappedPort {
  readonly protocol: string;
  readonly hostPort: number;
  readonly containerPort: number;
  /** Undefined for every address of the node. */
  readonly hostIP: string | undefined;
}

interface MappedPod {
  readonly pod: Pod;
  /** `CNI-DN-47d194b1b0906d04fddc1` */
  readonly chain: string;
  /** With prefix length. */
  readonly address: string;
  readonly ports: readonly MappedPort[];
}

/**
 * A pod's masquerading would be first in POSTROUTING otherwise, so that goes before everything else; the jumps stand
 * behind those of kube-proxy, which puts its own before all others.
 */
export function compileHostPorts(lab: Lab): RuleLayers {
  if (!hasHostPorts(lab)) return { before: [], after: [] };
  const own = lab.nodes.flatMap(node =>
    ([4, 6] as const).flatMap(family => compileNode(node, family, mapPods(lab, node, family))),
  );
  const isFirst = ({ object }: Wanted) => object.kind === 'rules' && object.chain === 'POSTROUTING';
  return { before: own.filter(isFirst), after: own.filter(item => !isFirst(item)) };
}

/**
 * kubelet asks for those of containers that stay: init containers have ended before theirs could be used. By name, so
 * that the order of containers in the file does not matter. In the network of its node a pod has them by itself.
 */
function listPorts(pod: Pod): MappedPort[] {
  if (pod.hostNetwork) return [];
  const sorted = lastingContainers(pod).sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.flatMap(({ ports }) =>
    ports.flatMap(({ hostPort, hostIP, containerPort, protocol }) =>
      hostPort === undefined ? [] : [{ protocol: protocol.toLowerCase(), hostPort, containerPort, hostIP }],
    ),
  );
}

export const hasHostPorts = ({ pods }: Lab) => pods.some(pod => listPorts(pod).length > 0);

/** The pods of a node that have host ports, and an address of this family. */
function mapPods(lab: Lab, node: Node, family: Family): MappedPod[] {
  return lab.pods.flatMap(pod => {
    if (pod.node !== node.key) return [];
    const ports = listPorts(pod);
    if (ports.length === 0) return [];
    const address = podAddresses(pod, lab.links, lab).find(text => familyOf(text) === family);
    const chain = `CNI-DN-${bytesToHex(sha512(utf8ToBytes(NETWORK + pod.ns))).slice(0, 21)}`;
    return address === undefined ? [] : [{ pod, chain, address, ports }];
  });
}

function compileNode({ ns, key }: Node, family: Family, pods: readonly MappedPod[]): Wanted[] {
  const [first] = pods;
  if (!first) return [];
  const wanted = (chain: string, rules: readonly Words[], why: string, source: Path) =>
    wantChain({ ns, family, table: 'nat', chain }, rules, why, source);
  const { source } = first.pod;
  const local: Words = ['-m', 'addrtype', '--dst-type', 'LOCAL', ...jump(DNAT)];
  const toHost = `what is meant for ${key} itself may be meant for a host port`;
  const masquerade = `${key} puts its own address in place of the sender's on what bears the mark`;
  return [
    ...wanted('PREROUTING', [local], toHost, source),
    ...wanted('OUTPUT', [local], toHost, source),
    ...wanted('POSTROUTING', [[...comment('CNI portfwd requiring masquerade'), ...jump(MASQ)]], masquerade, source),
    ...wanted(DNAT, pods.flatMap(entryRules), `${key} looks here for the pod behind a host port`, source),
    ...wanted(
      SET_MARK,
      [[...comment('CNI portfwd masquerade mark'), ...jump('MARK'), '--set-xmark', MARK]],
      `${key} marks what has to leave with its own address`,
      source,
    ),
    ...wanted(MASQ, [['-m', 'mark', '--mark', MARK, ...jump('MASQUERADE')]], masquerade, source),
    ...pods.flatMap(mapped =>
      wanted(
        mapped.chain,
        podRules(mapped, family),
        `the host ports of ${mapped.pod.key}: the destination is rewritten to the pod`,
        mapped.pod.source,
      ),
    ),
  ];
}

/** One rule for each protocol, in the order of their names, and for each fifteen ports. */
function entryRules({ pod, chain, ports }: MappedPod): Words[] {
  const protocols = [...new Set(ports.map(({ protocol }) => protocol))].sort();
  return protocols.flatMap(protocol => {
    const own = ports.filter(port => port.protocol === protocol).map(({ hostPort }) => hostPort);
    return chunk(own, MULTIPORT).map(part => [
      ...['-p', protocol, ...comment(trim(`dnat name: "${NETWORK}" id: "${pod.ns}"`))],
      ...['-m', 'multiport', '--dports', part.join(), ...jump(chain)],
    ]);
  });
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** A comment has at most 255 characters. */
const trim = (text: string) => (text.length <= 255 ? text : `${text.slice(0, 253)}...`);

function podRules({ address, ports }: MappedPod, family: Family): Words[] {
  return ports.filter(port => fits(port, family)).flatMap(port => portRules(port, address, family));
}

/** Whether its rules are among those of a family. */
const fits = ({ hostIP }: MappedPort, family: Family) => hostIP === undefined || familyOf(hostIP) === family;

/** The only address of the node that it is for; undefined for all of them. */
const addressOf = ({ hostIP }: MappedPort) => (hostIP === '0.0.0.0' || hostIP === '::' ? undefined : hostIP);

/**
 * A packet from the pod's own subnet or from 127.0.0.1 is answered directly, past the translation, or not at all:
 * it has to come from the node.
 */
function portRules(port: MappedPort, address: string, family: Family) {
  const { protocol, hostPort, containerPort } = port;
  const hostIP = addressOf(port);
  const parsed = parseHost(address);
  const ip = withoutPrefix(address);
  const sources = [...(parsed ? [formatSubnet(parsed.subnet)] : []), ...(family === 4 ? [host('127.0.0.1')] : [])];
  const match: Words = [
    ...(hostIP === undefined ? [] : ['-d', host(hostIP)]),
    ...['-p', protocol, '-m', protocol, '--dport', String(hostPort)],
  ];
  const target = family === 4 ? `${ip}:${containerPort}` : `[${ip}]:${containerPort}`;
  return [
    ...sources.map(source => ['-s', source, ...match, ...jump(SET_MARK)]),
    [...match, ...jump('DNAT'), '--to-destination', target],
  ];
}
