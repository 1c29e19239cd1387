/** What `--port` and `--protocol` of `reach` ask for, as people write ports: words come in, what is sent for each goes out. */
import type { Sending } from '../language/lab/sending.ts';
import { UsageError } from '../lifecycle/errors.ts';

export const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp'] as const;
export type ReachProtocol = (typeof PROTOCOLS)[number];

const DEFAULT_PORT = 80;
const LAST_PORT = 65_535;
/** Each is a listener at every receiver. */
const MOST = 1000;
const HINT = 'for instance --port 80,443, --port 8000-8010 or --port 53/udp';
/** `80`, `8000-8010`, either with its protocol. */
const PORTS = /^(\d+)(?:-(\d+))?(?:\/([a-z]+))?$/i;

interface Ports {
  readonly first: number;
  readonly last: number;
  /** Undefined where the port is asked over each of `--protocol`. */
  readonly protocol: ReachProtocol | undefined;
}

/** Each once, in the order in which they are written. Throws `UsageError`. */
export function readSendings(ports: readonly string[], protocols: readonly ReachProtocol[]): readonly Sending[] {
  const asked = ports.flatMap(word => word.split(',').map(readPorts));
  const open = asked.filter(({ protocol }) => protocol === undefined);
  const spoken = protocols.filter(protocol => protocol !== 'icmp');
  refuseIdle({ asked, open, spoken }, protocols);
  const bare = asked.length === 0 ? [{ first: DEFAULT_PORT, last: DEFAULT_PORT, protocol: undefined }] : open;
  const transports = protocols.length === 0 ? (['tcp'] as const) : spoken;
  const all: Sending[] = [
    ...transports.flatMap(protocol => bare.flatMap(one => listPorts(one, protocol))),
    ...asked.flatMap(one => (one.protocol === undefined ? [] : listPorts(one, one.protocol))),
    ...(protocols.includes('icmp') ? [{ protocol: 'icmp' as const, port: null }] : []),
  ];
  const once = [...new Map(all.map(one => [`${one.protocol} ${one.port}`, one])).values()];
  if (once.length > MOST)
    throw new UsageError(`more than ${MOST} ports are too many for one call`, 'name those that matter');
  return once;
}

function refuseIdle(
  {
    asked,
    open,
    spoken,
  }: Readonly<Record<'asked' | 'open', readonly Ports[]>> & { readonly spoken: readonly string[] },
  protocols: readonly ReachProtocol[],
): void {
  if (asked.length === 0) return;
  if (open.length > 0 && spoken.length === 0 && protocols.length > 0)
    throw new UsageError('icmp has no ports', 'leave --port out, or ask over tcp or udp');
  if (open.length === 0 && spoken.length > 0)
    throw new UsageError(`no port is left for --protocol ${spoken.join(',')}: each has its own`, 'leave it out');
}

function readPorts(word: string): Ports {
  const [, begin, end = begin, protocol] = PORTS.exec(word.trim()) ?? [];
  if (begin === undefined) throw new UsageError(`"${word}" is not a port`, HINT);
  const [first, last] = [Number(begin), Number(end)];
  if (first < 1 || last < 1 || first > LAST_PORT || last > LAST_PORT)
    throw new UsageError(`--port takes a number from 1 to ${LAST_PORT}, and not "${word}"`);
  if (last < first) throw new UsageError(`the range ${begin}-${end} ends before it begins`, `--port ${end}-${begin}`);
  return { first, last, protocol: protocol === undefined ? undefined : readTransport(protocol.toLowerCase(), word) };
}

function readTransport(text: string, word: string): ReachProtocol {
  const found = PROTOCOLS.find(protocol => protocol !== 'icmp' && protocol === text);
  if (found !== undefined) return found;
  throw new UsageError(`a port of "${text}" is nothing that reach knows: "${word}"`, HINT);
}

const listPorts = ({ first, last }: Ports, protocol: ReachProtocol): Sending[] =>
  Array.from({ length: Math.min(last - first, MOST) + 1 }, (_, index) => ({ protocol, port: first + index }));
