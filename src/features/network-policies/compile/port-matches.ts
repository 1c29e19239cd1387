/** The ports of a rule in, what its iptables rules say of them out. Ports are those of the destination, whoever is isolated. */
import type { Family } from '../../../address/address.ts';
import type { Words } from '../../../netfilter/rule-words.ts';
import { groupBy } from '../../../resolve/group.ts';
import type { PolicyPort } from '../model.ts';
import { portSet } from './names.ts';

export interface PortMatch {
  /** Stands before all matches in a rule. */
  readonly protocol: Words;
  readonly port: Words;
}

/** The match takes no more ports in one rule; a range counts twice. */
const MULTIPORT = 15;

export function portMatches(ports: readonly PolicyPort[] | null, family: Family): PortMatch[] {
  if (ports === null) return [{ protocol: [], port: [] }];
  return [...groupBy(ports, ({ protocol }) => protocol)].flatMap(([protocol, own]) =>
    matchesOf(protocol.toLowerCase(), own, family),
  );
}

/** Every port of a protocol has those of it that are named besides. */
function matchesOf(protocol: string, ports: readonly PolicyPort[], family: Family): PortMatch[] {
  if (ports.some(({ port }) => port === null)) return [{ protocol: ['-p', protocol], port: [] }];
  const named = ports.filter(({ port }) => typeof port === 'string');
  const numbers = [...new Set(ports.flatMap(toText))];
  return [
    ...named.map(port => ({
      protocol: [],
      port: ['-m', 'set', '--match-set', portSet(family, port), 'dst,dst'],
    })),
    ...fill(numbers).map(part => ({ protocol: ['-p', protocol], port: numberMatch(protocol, part) })),
  ];
}

function numberMatch(protocol: string, [only = '', ...others]: readonly string[]): Words {
  return others.length === 0
    ? ['-m', protocol, '--dport', only]
    : ['-m', 'multiport', '--dports', [only, ...others].join()];
}

function toText({ port, endPort }: PolicyPort): string[] {
  if (typeof port !== 'number') return [];
  return [endPort === null || endPort === port ? String(port) : `${port}:${endPort}`];
}

function fill(ports: readonly string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const port of ports) {
    const size = port.includes(':') ? 2 : 1;
    if (size > room) {
      parts.push([]);
      room = MULTIPORT;
    }
    parts.at(-1)?.push(port);
    room -= size;
  }
  return parts;
}
