/**
 * Which of the rules that were met may have met this attempt: others send too while it is made, and counters do not tell
 * whose packets they have counted. Protocol, destination and ports of a rule are looked at; what else it asks may fit.
 */
import { contains, type Ip, parseHost, parseIp } from '../address/address.ts';
import { splitWords } from '../netfilter/words.ts';
import type { Probe } from '../sandbox/sandbox.ts';
import type { Frontend } from './frontend.ts';
import { destinationOf, type MetRule } from './met-rules.ts';

/** What packets of an attempt may have, there and back, and before and after each translation. */
interface Traces {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly ports: ReadonlySet<number>;
  readonly addresses: readonly Ip[];
}

/** `others`: addresses that it may have besides, as those of nodes which send it on under their own. */
export function concerning(
  met: readonly MetRule[],
  probe: Probe,
  frontend: Frontend | undefined,
  others: readonly string[],
): MetRule[] {
  const sentTo = met.flatMap(rule => destinationOf(rule) ?? []);
  const places = [...(frontend?.backends ?? []), ...sentTo];
  const ports = [probe.port, ...places.map(({ port }) => port)].filter(port => port !== null && port !== undefined);
  const texts = [probe.address, ...places.map(({ address }) => address), ...others];
  const protocol = probe.protocol === 'http' ? 'tcp' : probe.protocol;
  const traces = { protocol, ports: new Set(ports), addresses: texts.flatMap(text => parseIp(text) ?? []) };
  return met.filter(rule => mayConcern(splitWords(rule.rule) ?? [], traces));
}

function mayConcern(words: readonly string[], { protocol, ports, addresses }: Traces): boolean {
  /** What stands behind a word, unless it is negated. */
  const after = (word: string) => {
    const at = words.indexOf(word);
    return at < 1 || words[at - 1] === '!' ? undefined : words[at + 1];
  };
  const asked = after('-p');
  if ((asked === 'tcp' || asked === 'udp' || asked === 'sctp') && asked !== protocol) return false;
  const subnet = parseHost(after('-d') ?? '')?.subnet;
  if (subnet && !addresses.some(address => contains(subnet, address))) return false;
  return ['--dport', '--sport'].every(word => fitsPort(after(word), ports));
}

/** The kernel takes the ports of clients from here. */
const FIRST_OF_CLIENTS = 1024;

function fitsPort(range: string | undefined, ports: ReadonlySet<number>): boolean {
  if (range === undefined || ports.size === 0) return true;
  const [first = 0, last = first] = range.split(':').map(Number);
  return last >= FIRST_OF_CLIENTS && first !== last ? true : [...ports].some(port => first <= port && port <= last);
}
