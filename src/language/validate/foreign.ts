/**
 * Files of other tools: what they are is one answer, where each of their keys would be a mistake.
 *
 * In: the text, and the value where it is YAML. Out: one diagnostic, or nothing where it may well be a lab.
 */
import { type Diagnostic, errorAt } from '../diagnostic/diagnostic.ts';
import { quote } from '../diagnostic/printable.ts';
import { isMap } from './path.ts';

type Entry = Readonly<Record<string, unknown>>;

interface Foreign {
  readonly what: string;
  /** How a lab says the same. */
  readonly hint: string;
  readonly is: (file: Entry) => boolean;
}

const has = (entry: unknown, ...keys: readonly string[]) => isMap(entry) && keys.some(key => Object.hasOwn(entry, key));
const itemsOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
const isLab = (file: Entry) =>
  has(file, 'pods', 'bridges', 'routes', 'checks', 'ingresses', 'networkPolicies', 'namespaces', 'cluster', 'backend');

const FOREIGN: readonly Foreign[] = [
  {
    what: 'a containerlab topology',
    hint: 'here "nodes" and "links" are keys of the file itself: "nodes: { r1: {} }" and "links: [{ ends: [r1, r2] }]"; a node runs no image, the containers of pods do',
    is: file => has(file.topology, 'nodes', 'links', 'kinds', 'defaults') && !has(file, 'nodes', 'pods'),
  },
  {
    what: 'a GNS3 project',
    hint: 'write its machines under "nodes", and its cables under "links"',
    is: file => has(file, 'project_id') && has(file, 'topology'),
  },
  {
    what: 'a Compose file',
    hint: 'a container belongs to a pod here: "pods: { web: { containers: { web: { image: …, command: […] } } } }"; "services" are Kubernetes\' Services',
    is: file =>
      !isLab(file) &&
      !has(file, 'nodes') &&
      itemsOf(file.services).some(service =>
        has(service, 'image', 'build', 'container_name', 'depends_on', 'environment', 'volumes', 'networks'),
      ),
  },
  {
    what: 'a topology of the ipSpace tool that is called netlab too',
    hint: 'this netlab is another program: "nodes: { r1: {}, r2: {} }" and "links: [{ ends: [r1, r2] }]" are what the two have in common',
    is: file =>
      !isLab(file) && (has(file, 'module', 'provider', 'addressing') || has(file.defaults, 'device', 'provider')),
  },
  {
    what: 'a tinet specification',
    hint: 'nodes are a map here, and links a list of their own: "nodes: { C1: {} }", "links: [{ ends: [C1, C2] }]"',
    is: file =>
      has(file, 'node_configs') ||
      (Array.isArray(file.nodes) && file.nodes.some(node => has(node, 'name') && has(node, 'interfaces'))),
  },
  {
    what: 'a topology of Mininet',
    hint: 'its hosts are "nodes" here, its switches "bridges", and its links "links"',
    is: file => Array.isArray(file.hosts) && has(file, 'switches', 'controllers', 'links') && !isLab(file),
  },
  {
    what: 'a configuration of Netplan',
    hint: 'interfaces are those of a node or pod here: "nodes: { node1: { interfaces: { eth0: { bridge: lan } } } }"',
    is: ({ network }) => has(network, 'ethernets', 'renderer', 'vlans', 'bonds'),
  },
  {
    what: 'a configuration of CNI',
    hint: 'which network nodes and pods have is said by "cluster: { network: … }"',
    is: file => has(file, 'cniVersion'),
  },
];

/** Text of tools that do not write YAML. */
const TEXTS: readonly (readonly [text: RegExp, what: string, hint: string])[] = [
  [
    /^\s*[A-Za-z_][\w-]*\[(\d+|image|ipv6|bridged|mem|port|exec|sysctl|env)\]\s*=/m,
    'a lab.conf of Kathará',
    'its devices are "nodes" here, and its collision domains "bridges": "nodes: { pc1: { interfaces: { eth0: { bridge: A } } } }"',
  ],
  [
    /^\s*(from mininet\.|import mininet)/m,
    'a Python script of Mininet',
    'its hosts are "nodes" here, its switches "bridges", and its links "links"',
  ],
];

export function recogniseForeign(text: string, value: unknown): Diagnostic | undefined {
  const manifest = isMap(value) ? explainManifest(value) : undefined;
  if (manifest !== undefined) return manifest;
  const found = isMap(value)
    ? FOREIGN.find(({ is }) => is(value))
    : TEXTS.flatMap(([pattern, what, hint]) => (pattern.test(text) ? [{ what, hint }] : []))[0];
  return found && errorAt([], 'wrong-type', `this is ${found.what}, not a lab file`, found.hint);
}

function explainManifest(file: Entry): Diagnostic | undefined {
  const { apiVersion, kind } = file;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const message = `this is a Kubernetes manifest (kind ${quote(kind)}), not a lab file`;
  return errorAt([], 'wrong-type', message, HINTS.get(kind) ?? KUBERNETES);
}

const KUBERNETES =
  'write pods under "pods", Services under "services" and Ingresses under "ingresses", each by its name and with what its spec has';
const PODS =
  'a lab has pods, and "replicas" repeats one: "pods: { web: { replicas: 2, labels: { app: web }, containers: { … } } }"';
const HINTS: ReadonlyMap<string, string> = new Map([
  ...['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map(kind => [kind, PODS] as const),
  [
    'Service',
    'what its spec has stands under its name: "services: { web: { selector: { app: web }, ports: [{ port: 80 }] } }"',
  ],
  ['Ingress', 'what its spec has stands under its name: "ingresses: { web: { rules: [ … ] } }"'],
  ['NetworkPolicy', 'what its spec has stands under its name: "networkPolicies: { shop/deny: { podSelector: {} } }"'],
  ['Namespace', 'its labels stand under its name: "namespaces: { shop: { labels: { team: a } } }"'],
  ['Cluster', 'nodes are a map here: "nodes: { node1: {}, node2: {} }"'],
]);
