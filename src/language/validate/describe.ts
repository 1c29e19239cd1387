/**
 * Paths and values in words: `interface "eth0" of pod "web"`, `text "three"`.
 */

import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';

/** What one entry of these is called. */
const singular: Readonly<Record<string, string>> = {
  nodes: 'node',
  pods: 'pod',
  bridges: 'bridge',
  links: 'link',
  routes: 'route',
  neighbours: 'neighbour',
  fdb: 'forwarding entry',
  interfaces: 'interface',
  masquerade: 'masquerade entry',
  ends: 'end',
  labels: 'label',
  sysctls: 'sysctl',
  iptables: 'iptables rule',
  ip6tables: 'ip6tables rule',
  initContainers: 'init container',
  containers: 'container',
  env: 'variable',
  ports: 'port',
  httpHeaders: 'header',
  hostAliases: 'host alias',
  checks: 'check',
  services: 'Service',
  ingresses: 'Ingress',
  namespaces: 'namespace',
  networkPolicies: 'NetworkPolicy',
  rules: 'rule',
  paths: 'path',
  tls: 'TLS entry',
  endpointSlices: 'EndpointSlice',
  endpoints: 'endpoint',
  allow: 'rule',
};

/** In a NetworkPolicy. */
const ofPolicy: Readonly<Record<string, string>> = {
  ingress: 'ingress rule',
  egress: 'egress rule',
  from: 'peer',
  to: 'peer',
  matchLabels: 'label',
  matchExpressions: 'expression',
};

const nameKind = (list: string, path: Path) =>
  (path[0] === 'networkPolicies' && path.length > 2 ? ownValue(ofPolicy, list) : undefined) ?? ownValue(singular, list);

/** The thing that a path leads to, with the things it is in. */
export function describe(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the lab file';
  const kind = path.at(-3) === 'kubeProxy' ? undefined : nameKind(String(path.at(-2)), path);
  if (kind !== undefined) return `${kind} ${nameOf(last)}${ofOwner(path.slice(0, -2))}`;
  if (path.length === 1) return last === 'cluster' ? 'the cluster' : quote(String(last));
  if (typeof last === 'number') return `item ${last + 1} of ${describe(path.slice(0, -1))}`;
  return `${quote(last)}${ofOwner(path.slice(0, -1))}`;
}

function nameOf(step: string | number): string {
  return typeof step === 'number' ? String(step + 1) : quote(step);
}

function ofOwner(path: Path): string {
  if (path.length === 0) return '';
  return ` of ${describe(path)}`;
}

/** A value as a reader sees it: `text "three"`, `the number 3`, `a list`. */
export function describeValue(value: unknown, spelling?: string): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `text ${quote(value)}`;
  return typeof value === 'number' ? `the number ${spelling ?? value}` : String(value);
}

export function listWords(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}
