/**
 * A connection as the policies of a node see it: behind the translation of Services, and with the address of another node as its
 * source where that has sent it on under its own.
 */
import { familyOf, formatIp, type Ip, parseIp } from '../../../address/address.ts';
import { addressFor, type Directory, type DirectoryEntry } from '../../../language/lab/directory.ts';
import { type Lab, networkOf, type Pod } from '../../../language/lab/lab.ts';
import { transportOf } from '../../../language/lab/sending.ts';
import type { ExplainContext, ExplainRequest } from '../../../path/explainer.ts';
import type { Sent } from '../../../path/foretell.ts';
import type { MetRule } from '../../../path/met-rules.ts';
import type { Connection, End } from '../judge.ts';

export interface NamedEnd extends End {
  /** `web (default)`, `node1 (172.18.0.2)`, `192.0.2.9`. */
  readonly name: string;
}

export interface Packet extends Connection {
  readonly source: NamedEnd;
  readonly destination: NamedEnd;
  /** Who sent it, where a node has put its own address there. */
  readonly sentBy: NamedEnd | undefined;
  /** What the sender asked for, where that was translated. */
  readonly asked: string | undefined;
}

/** Undefined where it was not seen to whom it was sent. */
export function packetOf({ attempt, backend }: ExplainRequest, { lab, directory }: ExplainContext): Packet | undefined {
  const { probe, frontend } = attempt;
  const only = frontend?.backends.length === 1 ? frontend.backends[0] : undefined;
  const behind = backend ?? only;
  if (frontend && !behind) return undefined;
  const asked = behind && behind.address !== probe.address ? probe.address : undefined;
  return { ...directPacket({ ...probe, ...(behind ?? {}) }, { lab, directory }), asked };
}

/** Where nothing is translated on the way. */
export function directPacket(
  { from, address, protocol, port }: Sent,
  { lab, directory }: Pick<ExplainContext, 'lab' | 'directory'>,
): Packet {
  return {
    source: endInNetwork(from, address, lab, directory),
    ...{
      destination: endAt(address, directory),
      protocol: protocol === 'icmp' ? null : transportOf({ protocol }),
      port,
    },
    ...{ sentBy: undefined, asked: undefined },
  };
}

/** As this node gets it from others. */
export function packetAt(node: string, packet: Packet, met: readonly MetRule[], { directory }: ExplainContext): Packet {
  const [address] = packet.destination.addresses;
  const masqueraded = met.find(({ ns, target }) => target === 'MASQUERADE' && ns !== node);
  const sender = masqueraded && directory.get(directory.keyOf(masqueraded.ns));
  const own = sender && address && addressFor(sender, directory.get(directory.keyOf(node)), address.family);
  if (own === undefined || packet.source.name.startsWith(`${sender?.key} `)) return packet;
  return { ...packet, source: endAt(own, directory), sentBy: packet.source };
}

function endInNetwork(ns: string, to: string, lab: Lab, directory: Directory): NamedEnd {
  const pod = lab.pods.find(one => !one.hostNetwork && networkOf(one) === ns);
  const entry = directory.get(directory.keyOf(ns));
  const receiver = directory.ownerOf(to)?.entry;
  const address = entry && addressFor(entry, receiver, familyOf(to));
  return toEnd(parseIp(address ?? ''), entry, pod);
}

function endAt(address: string, directory: Directory): NamedEnd {
  const entry = directory.ownerOf(address)?.entry;
  return toEnd(parseIp(address), entry, entry?.pod);
}

function toEnd(ip: Ip | undefined, entry: DirectoryEntry | undefined, pod: Pod | undefined): NamedEnd {
  const text = ip ? formatIp(ip) : '';
  const other = entry ? [entry.key, ...(ip ? [`(${text})`] : [])].join(' ') : text;
  return {
    name: pod ? `${pod.name} (${pod.namespace})` : other,
    pod: pod ?? null,
    addresses: ip ? [ip] : [],
  };
}
