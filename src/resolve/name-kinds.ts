/**
 * What the names of a lab file name: a name comes in, what has it goes out, for whom looks for it among other things.
 *
 * It knows the file as it is written, not what netlab adds to it, but for the bridges that every cluster has.
 */
import type { LabFile } from '../language/lab/generated/lab-file.ts';

export type NameKind =
  | 'node'
  | 'pod'
  | 'bridge'
  | 'switch'
  | 'Service'
  | 'Ingress'
  | 'NetworkPolicy'
  | 'namespace'
  | 'container';

export interface Named {
  readonly kind: NameKind;
  /** `a bridge of node "n1"` */
  readonly what: string;
}

export type FindNamed = (name: string) => readonly Named[];

/** The index is made when a name is first missed. */
export function createNameFinder(file: LabFile): FindNamed {
  let index: ReadonlyMap<string, readonly Named[]> | undefined;
  return name => {
    index ??= indexNames(file);
    return index.get(name) ?? [];
  };
}

function indexNames(file: LabFile): ReadonlyMap<string, readonly Named[]> {
  const index = new Map<string, Named[]>();
  for (const [name, named] of [...listGiven(file), ...listDefaults(file)]) {
    const known = index.get(name);
    if (known) known.push(named);
    else index.set(name, [named]);
  }
  return index;
}

function listGiven(file: LabFile): (readonly [string, Named])[] {
  const simple = (entries: object | undefined, kind: NameKind, what: string) =>
    Object.keys(entries ?? {}).flatMap(key => spellings(key).map(name => [name, { kind, what }] as const));
  return [
    ...simple(file.nodes, 'node', 'a node'),
    ...simple(file.pods, 'pod', 'a pod'),
    ...simple(file.services, 'Service', 'a Service'),
    ...simple(file.ingresses, 'Ingress', 'an Ingress'),
    ...simple(file.networkPolicies, 'NetworkPolicy', 'a NetworkPolicy'),
    ...simple(file.namespaces, 'namespace', 'a namespace'),
    ...listBridges(file),
    ...listContainers(file),
  ];
}

/** With and without the namespace, or the node, that stands before it. */
function spellings(key: string): readonly string[] {
  return key.includes('/') ? [key, key.slice(key.indexOf('/') + 1)] : [key];
}

function listBridges({ bridges = {} }: LabFile): (readonly [string, Named])[] {
  return Object.entries(bridges).flatMap(([key, entry]) => {
    const node = entry?.node ?? (key.includes('/') ? key.split('/')[0] : undefined);
    const named: Named =
      node === undefined
        ? { kind: 'switch', what: 'a switch' }
        : { kind: 'bridge', what: `a bridge of node "${node}"` };
    return spellings(key).map(name => [name, named] as const);
  });
}

function listDefaults({ cluster }: LabFile): (readonly [string, Named])[] {
  if (cluster?.network === 'none') return [];
  return [
    ['lan', { kind: 'switch', what: 'the switch that joins the nodes' }],
    ['cbr0', { kind: 'bridge', what: 'the bridge that each node has for its pods' }],
  ];
}

function listContainers({ pods = {} }: LabFile): (readonly [string, Named])[] {
  return Object.entries(pods).flatMap(([pod, entry]) =>
    Object.keys({ ...entry?.initContainers, ...entry?.containers }).map(
      name => [name, { kind: 'container', what: `a container of pod "${pod}"` }] as const,
    ),
  );
}
