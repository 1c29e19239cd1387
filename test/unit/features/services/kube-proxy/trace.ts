/**
 * Walks a packet through a node's rules as the kernel would: rules in, every place out that the packet may come to.
 *
 * A rule that draws lots is taken both ways. What is asked of conntrack is answered for a connection's first packet.
 */
import { contains, parseHost, parseIp } from '../../../../../src/address/address.ts';
import type { Rules } from '../../../../../src/state/netfilter.ts';

export interface Packet {
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly port: number;
}

export interface Outcome {
  /** Endpoints, `DROP`, `REJECT`; empty where no rule decides. */
  readonly output: readonly string[];
  readonly masq: boolean;
}

interface Walk {
  readonly targets: Set<string>;
  marked: boolean;
}

export function tracePacket(rules: readonly Rules[], packet: Packet, isLocal: (ip: string) => boolean): Outcome {
  const chains = new Map(rules.map(({ table, chain, rules: list }) => [`${table} ${chain}`, list]));
  const walk: Walk = { targets: new Set(), marked: false };
  follow('nat', 'PREROUTING', packet, walk);
  if (walk.targets.size > 0) return { output: [...walk.targets].sort(), masq: walk.marked };
  follow('filter', isLocal(packet.dst) ? 'INPUT' : 'FORWARD', packet, walk);
  return { output: [...walk.targets], masq: walk.marked };

  /** Whether the packet's way ends in this chain for sure. */
  function follow(table: string, chain: string, to: Packet, out: Walk): boolean {
    for (const words of chains.get(`${table} ${chain}`) ?? []) {
      const match = matches(words, to, out.marked, isLocal);
      const target = words[words.indexOf('-j') + 1];
      if (match === 'no' || target === undefined || !words.includes('-j')) continue;
      const isOver = act(table, target, words, to, out);
      if (isOver && match === 'yes') return true;
    }
    return false;
  }

  function act(table: string, target: string, words: readonly string[], to: Packet, out: Walk): boolean {
    if (target === 'MARK') out.marked = true;
    else if (target === 'DNAT') out.targets.add(words.at(-1) ?? '');
    else if (target === 'DROP' || target === 'REJECT') out.targets.add(target);
    else if (target !== 'ACCEPT' && target !== 'RETURN') return follow(table, target, to, out);
    return target !== 'MARK';
  }
}

function matches(
  words: readonly string[],
  { src, dst, proto, port }: Packet,
  marked: boolean,
  isLocal: (ip: string) => boolean,
): 'yes' | 'no' | 'perhaps' {
  const tests: Readonly<Record<string, (value: string) => boolean>> = {
    '-s': value => isIn(src, value),
    '-d': value => isIn(dst, value),
    '-p': value => proto === value,
    '--dport': value => port === Number(value),
    '--src-type': () => isLocal(src),
    '--dst-type': () => isLocal(dst),
    '--ctstate': value => value.split(',').includes('NEW'),
    '--mark': () => marked,
    '--rcheck': () => false,
  };
  for (const [index, word] of words.entries()) {
    if (word === '--comment' || word === '-j') continue;
    const test = words[index - 1] === '--comment' ? undefined : tests[word];
    if (test && test(words[index + 1] ?? '') === (words[index - 1] === '!')) return 'no';
  }
  return words.includes('--probability') ? 'perhaps' : 'yes';
}

function isIn(ip: string, range: string): boolean {
  const [address, subnet] = [parseIp(ip), parseHost(range)?.subnet];
  return address !== undefined && subnet !== undefined && contains(subnet, address);
}
