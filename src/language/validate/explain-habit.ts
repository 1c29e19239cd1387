/**
 * What people write from habit: other tools' short forms, and keys of one thing in another.
 *
 * In: a place in the lab file and what stands there. Out: how a lab says it; nothing where it is no such habit.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { hintPolicyForm, isPolicy } from './policy-forms.ts';
import { subschemaAt } from './subschema.ts';

/** Of a value of the wrong type. */
export function hintShortForm(path: Path, value: unknown): string | undefined {
  if (isPolicy(path)) return hintPolicyForm(path, value);
  if (path[0] === 'namespaces' && path.length < 3) return hintNamespace(path, value);
  if (path.at(-2) === 'interfaces') return hintInterface(String(path.at(-1)), value);
  if (path.at(-2) === 'ports') return hintPort(path[0] === 'services', value);
  if (path.at(-1) === 'sysctls' || path.at(-1) === 'selector' || path.at(-1) === 'labels')
    return hintPairs(path, value);
  if (path.at(-1) === 'via')
    return 'a route has one next hop: write a route for each, with a "metric" where one is better';
  return path[0] === 'links' ? hintLink(path, value) : undefined;
}

/** A list of names, or the labels of one alone. */
function hintNamespace(path: Path, value: unknown): string | undefined {
  if (path.length === 1) {
    const names = [value].flat().filter(name => typeof name === 'string');
    return names.length === 0
      ? undefined
      : `names are keys here: "namespaces: { ${names.map(name => `${name}: {}`).join(', ')} }"`;
  }
  return hintPairs([path[1] ?? '', 'labels'], value)
    ?.replace('"labels', `"${path[1]}: { labels`)
    .replace('}"', '} }"');
}

function hintInterface(name: string, value: unknown): string | undefined {
  const [address] = [value].flat();
  if (typeof address !== 'string' || !/^[\d.]+(\/\d+)?$|^[\da-f:]*:[\da-f:]*(\/\d+)?$/i.test(address)) return undefined;
  return `an address has a key of its own: "${name}: { bridge: …, address: ${address} }"`;
}

/** `app=web`, or a list of such, where a map is wanted. */
function hintPairs(path: Path, value: unknown): string | undefined {
  const pairs = [value].flat().map(one => (typeof one === 'string' ? /^([^=\s]+)\s*=\s*(\S+)$/.exec(one) : null));
  if (pairs.length === 0 || pairs.includes(null)) return undefined;
  return `did you mean "${path.at(-1)}: { ${pairs.map(pair => `${pair?.[1]}: ${pair?.[2]}`).join(', ')} }"?`;
}

/** Docker's `8080:80` and `80/udp`, or the number alone. */
function hintPort(isOfService: boolean, value: unknown): string | undefined {
  const text = String(typeof value === 'object' ? '' : value);
  const [, outside, inside, protocol = 'tcp'] =
    /^(?:\d+\.[\d.]+:)?(?:(\d+):)?(\d+)(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const both = isOfService
    ? `port: ${outside}, targetPort: ${inside}`
    : `containerPort: ${inside}, ${portOfNode}: ${outside}`;
  const meant = outside === undefined ? `${isOfService ? 'port' : 'containerPort'}: ${inside}` : both;
  const other = protocol.toLowerCase() === 'tcp' ? '' : `, protocol: ${protocol.toUpperCase()}`;
  return `did you mean "{ ${meant}${other} }"?`;
}

/** The key of a container's port that says how its node leads there. */
const portOfNode = Object.keys(subschemaAt(['pods', '', 'containers', '', 'ports', 0]).properties ?? {}).find(key =>
  /^host.*Port$/i.test(key),
);

function hintLink(path: Path, value: unknown): string | undefined {
  const names = typeof value === 'string' ? value.split(/ *(?:--|-|<->|,) */) : value;
  const [one, other, third] = Array.isArray(names) ? names : [];
  if (typeof one !== 'string' || typeof other !== 'string' || third !== undefined) return undefined;
  if (path.length === 2) return `did you mean "{ ends: [${one}, ${other}] }"?`;
  return path.at(-2) === 'ends' ? `did you mean "ends: [${one}, ${other}]"?` : undefined;
}

/** Kinds of things that are no part of a node or pod, by the key that is meant for one of them. */
const OF_THE_FILE: Readonly<Record<string, string>> = {
  routes: '{ on: NAME, to: default, via: … }',
  neighbours: '{ on: NAME, address: …, mac: … }',
  links: '{ ends: [NAME, …] }',
};

/** What Kubernetes has, and a lab says in another way or not at all. */
const OF_KUBERNETES: Readonly<Record<string, string>> = {
  deployments: 'a lab has pods, and "replicas" repeats one: "pods: { web: { replicas: 2 } }"',
  statefulSets: 'a lab has pods, and "replicas" repeats one: "pods: { web: { replicas: 2, subdomain: web } }"',
  daemonSets: 'a lab has pods: give one to each node, "pods: { agent-1: { node: node1 } }"',
  configMaps: 'a lab has none: containers have "env", and an init container can write files',
  secrets: 'a lab has none: containers have "env", and an init container can write files',
  volumes: 'a lab has none: containers of a pod share /dev/shm, and an init container can write files',
};

/** kubeadm's and other tools' words for parts of a cluster. */
const OF_CLUSTERS: Readonly<Record<string, string>> = {
  podSubnet: 'did you mean "podCIDR"?',
  clusterCIDR: 'did you mean "podCIDR"?',
  podNetworkCidr: 'did you mean "podCIDR"?',
  serviceSubnet: 'did you mean "serviceCIDR"?',
  serviceClusterIPRange: 'did you mean "serviceCIDR"?',
  dnsDomain: 'did you mean "dns: { domain: … }"?',
  clusterDomain: 'did you mean "dns: { domain: … }"?',
  kubeProxyMode: 'did you mean "kubeProxy: { mode: … }"?',
  proxyMode: 'did you mean "kubeProxy: { mode: … }"?',
  cni: 'pods are joined by bridges and routes between the nodes: "network: host-gw", the default; "network: none" leaves it to the file',
};

const rootKeys = new Set(Object.keys(subschemaAt([]).properties ?? {}));

function hintOfPlace(path: Path, key: string): string | undefined {
  const [section] = path;
  if (path.length === 0) return ownValue(OF_KUBERNETES, key);
  if (path.length === 1 && section === 'cluster') return ownValue(OF_CLUSTERS, key);
  if (path.length !== 2 || (section !== 'nodes' && section !== 'pods') || !rootKeys.has(key)) return undefined;
  const example = ownValue(OF_THE_FILE, key)?.replace('NAME', String(path[1]));
  const shown = example === undefined ? '' : `: "${key}: [${example}]"`;
  return `"${key}" is a key of the file itself, beside "${section}"${shown}`;
}

const containerKeys = new Set(Object.keys(subschemaAt(['pods', '', 'containers', '']).properties ?? {}));

/** Of a key that the place does not know, and another one does. */
export function hintElsewhere(path: Path, key: string): string | undefined {
  const [section] = path;
  const ofPlace = hintOfPlace(path, key);
  if (ofPlace !== undefined) return ofPlace;
  if (section === 'routes' && key === 'from')
    return 'a route looks at the destination alone; by the source packets are led by "rules: [{ on: …, from: …, table: 100 }]", and "src" is the address that the node itself sends from';
  if (path.length !== 2 || !containerKeys.has(key) || (section !== 'pods' && section !== 'nodes')) return undefined;
  if (section === 'pods') return `"${key}" belongs to a container: "containers: { ${path[1]}: { ${key}: … } }"`;
  return `a node runs no program of its own; "${key}" belongs to a container of a pod: "pods: { web: { node: ${path[1]}, containers: { web: { ${key}: … } } } }"`;
}
