/**
 * What to say about a key that the schema does not know.
 */

import { findNearest } from '../diagnostic/nearest.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';
import { listWords } from './describe.ts';
import { subschemaAt } from './subschema.ts';

/** Other tools' words for ours; the first that the place allows is meant. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  addr: ['address'],
  addresses: ['address'],
  args: ['command'],
  bandwidth: ['rate'],
  cidr: ['subnet', 'podCIDR'],
  cmd: ['command'],
  container: ['containers'],
  cwd: ['workingDir'],
  dest: ['to'],
  devices: ['interfaces', 'nodes'],
  endpoints: ['ends'],
  expressions: ['matchExpressions'],
  destination: ['to'],
  device: ['dev', 'interface'],
  dst: ['to'],
  entrypoint: ['command'],
  environment: ['env'],
  from: ['on'],
  gateway: ['via'],
  gw: ['gateway', 'via'],
  host: ['node', 'on'],
  headers: ['httpHeaders'],
  healthcheck: ['liveness'],
  hosts: ['nodes'],
  httpget: ['http'],
  hwaddr: ['mac'],
  iface: ['interface', 'interfaces', 'dev'],
  interface: ['interfaces', 'dev'],
  init: ['initContainers'],
  interval: ['periodSeconds'],
  ip: ['address'],
  ipaddress: ['address'],
  ips: ['address'],
  labels: ['matchLabels'],
  latency: ['delay'],
  livenessprobe: ['liveness'],
  lladdr: ['mac'],
  lookup: ['table'],
  machines: ['nodes'],
  mark: ['fwmark'],
  netpol: ['networkPolicies'],
  netpols: ['networkPolicies'],
  network: ['bridge', 'subnet'],
  networks: ['bridges'],
  nexthop: ['via'],
  node: ['on', 'nodes'],
  nodename: ['node'],
  pod: ['on', 'pods'],
  policies: ['networkPolicies'],
  port: ['containerPort', 'ports'],
  pref: ['priority'],
  preference: ['priority'],
  prio: ['priority'],
  readinessprobe: ['readiness'],
  retries: ['failureThreshold'],
  rules: ['iptables'],
  selector: ['podSelector'],
  speed: ['rate'],
  src: ['source'],
  startupprobe: ['startup'],
  switches: ['bridges'],
  tcpsocket: ['tcp'],
  timeout: ['timeoutSeconds'],
  types: ['policyTypes'],
  url: ['path'],
  workdir: ['workingDir'],
};

const interfaceKeys = Object.keys(subschemaAt(['nodes', '', 'interfaces', '']).properties ?? {});

export const ALLOWED_HERE = 'allowed here: ';

/** All are listed where that stays short. */
const maxListed = 30;

export function suggestKey(key: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(key.split(':')[0] ?? '')) return 'put a space after the ":"';
  const meant = guessKey(key, allowed);
  if (meant !== undefined) return `did you mean ${quote(meant)}?`;
  const inside = allowed.includes('interfaces') ? guessKey(key, interfaceKeys) : undefined;
  if (inside !== undefined)
    return `${quote(inside)} belongs to an interface: "interfaces: { eth0: { bridge: lan, ${inside}: … } }"`;
  return allowed.length > 0 && allowed.length <= maxListed ? `${ALLOWED_HERE}${listWords(allowed, 'and')}` : undefined;
}

/** The key that was meant by an unknown one, as far as one can tell. */
export function guessKey(key: string, allowed: readonly string[]): string | undefined {
  const other = ownValue(synonyms, key.toLowerCase());
  return other?.find(word => allowed.includes(word)) ?? findNearest(key, allowed);
}
