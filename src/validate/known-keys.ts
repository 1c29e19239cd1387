/**
 * What to say about a key that the schema does not know.
 */

import { findNearest } from '../diagnostic/nearest.ts';
import { quote } from '../diagnostic/printable.ts';
import { listWords } from './describe.ts';
import { ruleAt } from './rules.ts';

/** Other tools' words for ours; the first that the place allows is meant. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  addr: ['address'],
  addresses: ['address'],
  bandwidth: ['rate'],
  cidr: ['subnet', 'podCIDR'],
  dest: ['to'],
  destination: ['to'],
  device: ['dev', 'interface'],
  dst: ['to'],
  from: ['on'],
  gateway: ['via'],
  gw: ['gateway', 'via'],
  host: ['node', 'on'],
  hosts: ['nodes'],
  hwaddr: ['mac'],
  iface: ['interface', 'interfaces', 'dev'],
  interface: ['interfaces', 'dev'],
  ip: ['address'],
  ipaddress: ['address'],
  ips: ['address'],
  latency: ['delay'],
  machines: ['nodes'],
  network: ['bridge', 'subnet'],
  networks: ['bridges'],
  nexthop: ['via'],
  node: ['on', 'nodes'],
  nodename: ['node'],
  pod: ['on', 'pods'],
  rules: ['iptables'],
  speed: ['rate'],
  src: ['source'],
  switches: ['bridges'],
};

const interfaceKeys = Object.keys(ruleAt(['nodes', '', 'interfaces', '']).properties ?? {});

/** All are listed where that stays short. */
const maxListed = 20;

export function suggestKey(key: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(key.split(':')[0] ?? '')) return 'put a space after the ":"';
  const meant = guessKey(key, allowed);
  if (meant !== undefined) return `did you mean ${quote(meant)}?`;
  const inside = allowed.includes('interfaces') ? guessKey(key, interfaceKeys) : undefined;
  if (inside !== undefined)
    return `${quote(inside)} belongs to an interface: "interfaces: { eth0: { bridge: lan, ${inside}: … } }"`;
  return allowed.length > 0 && allowed.length <= maxListed ? `allowed here: ${listWords(allowed, 'and')}` : undefined;
}

/** The key that was meant by an unknown one, as far as one can tell. */
export function guessKey(key: string, allowed: readonly string[]): string | undefined {
  const other = Object.hasOwn(synonyms, key.toLowerCase()) ? synonyms[key.toLowerCase()] : undefined;
  return findNearest(key, allowed) ?? other?.find(word => allowed.includes(word));
}
