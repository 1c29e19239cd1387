/** Bridges: those that the lab file names, `cbr0` and `lan` where they are filled in, and how a name finds one. */
import { formatSubnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { BridgeEntry, LabFile } from '../language/lab/generated/lab-file.ts';
import type { Blocks, BridgeSegment, Cluster, MachineDraft, Machines } from './model.ts';
import { kernelName } from './names.ts';
import type { Problems, Sought } from './problems.ts';
import { readSubnets } from './read-subnet.ts';

/** Interface names that mean something else to the kernel or to sysctl. */
export const RESERVED = new Set(['lo', 'all', 'default']);

export type FindBridge = (written: string, machine: MachineDraft, path: Path) => BridgeSegment | undefined;

export function givenBridges(file: LabFile, machines: Machines, problems: Problems): BridgeSegment[] {
  const bridges: BridgeSegment[] = [];
  const seen = new Set<string>();
  for (const [written, value] of Object.entries(file.bridges ?? {})) {
    const bridge = toBridge(written, value ?? {}, machines, problems);
    if (!bridge) continue;
    if (seen.has(bridge.key)) {
      problems.errorAtKey(bridge.path, 'name-taken', `bridge "${bridge.key}" is there twice`, 'remove one of the two');
    } else bridges.push(bridge);
    seen.add(bridge.key);
  }
  return withKernelNames(bridges);
}

/** Names that can stay come first, so that no other gets one of them; the order of the file does not matter. */
function withKernelNames(bridges: readonly BridgeSegment[]): BridgeSegment[] {
  const taken = new Map(bridges.map(({ ns }) => [ns, new Set(RESERVED)]));
  const names = new Map<BridgeSegment, string>();
  const inOrder = [...bridges].sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  for (const bridge of inOrder) {
    const own = taken.get(bridge.ns) ?? new Set<string>();
    const name = kernelName([bridge.name], own);
    own.add(name);
    names.set(bridge, name);
  }
  return bridges.map(bridge => ({ ...bridge, name: names.get(bridge) ?? bridge.name }));
}

function toBridge(
  written: string,
  entry: NonNullable<BridgeEntry>,
  machines: Machines,
  problems: Problems,
): BridgeSegment | undefined {
  const path: Path = ['bridges', written];
  const [name = written, inKey] = written.split('/').reverse();
  const node = inKey ?? entry.node;
  if (!isNodeGiven(written, inKey, entry, machines, problems)) return undefined;
  if (node === undefined) checkSwitch(name, written, entry, machines, problems);
  return {
    kind: 'bridge',
    key: node === undefined ? name : `${node}/${name}`,
    name,
    ns: node ?? name,
    node: node ?? null,
    entry: node === undefined ? withoutAddress(entry) : entry,
    subnets: readSubnets(entry.subnet, [...path, 'subnet'], problems),
    path,
  };
}

/** Whether the node that a bridge is to be in is there, and only one is named. */
function isNodeGiven(
  written: string,
  inKey: string | undefined,
  entry: NonNullable<BridgeEntry>,
  machines: Machines,
  problems: Problems,
): boolean {
  const path: Path = ['bridges', written];
  const node = inKey ?? entry.node;
  if (inKey !== undefined && entry.node !== undefined && inKey !== entry.node) {
    const hint = 'remove "node", or the part of the name before "/"';
    problems.error(
      [...path, 'node'],
      'conflict',
      `bridge "${written}" is in "${inKey}" by its name, not in "${entry.node}"`,
      hint,
    );
    return false;
  }
  if (node !== undefined && !machines.nodes.has(node)) {
    const sought = { what: 'node', known: () => [...machines.nodes.keys()] };
    if (inKey === undefined) problems.unknownName([...path, 'node'], sought, node);
    else problems.unknownName(path, { ...sought, at: 'key' }, node);
    return false;
  }
  return true;
}

function checkSwitch(
  name: string,
  written: string,
  entry: NonNullable<BridgeEntry>,
  machines: Machines,
  problems: Problems,
): void {
  const path: Path = ['bridges', written];
  if (machines.get(name)) {
    problems.errorAtKey(
      path,
      'name-taken',
      `"${name}" is the name of a ${machines.get(name)?.kind} too`,
      'give the switch another name',
    );
  }
  if (entry.address !== undefined) {
    const hint = 'say which subnet it joins with "subnet", or put it into a node with "node"';
    problems.error(
      [...path, 'address'],
      'conflict',
      `"${written}" is a switch, and a switch has no address of its own`,
      hint,
    );
  }
}

function withoutAddress({ address: _, ...rest }: NonNullable<BridgeEntry>): NonNullable<BridgeEntry> {
  return rest;
}

/** `cbr0` in every node that has a block, unless the file has one. */
export function nodeBridges(file: LabFile, cluster: Cluster, machines: Machines, blocks: Blocks): BridgeSegment[] {
  if (cluster.fabric.isByHand) return [];
  const given = givenKeys(file);
  const mtu = cluster.mtu === undefined ? {} : { mtu: cluster.mtu };
  const nodes = [...machines.nodes.values()].filter(node => !node.external && !given.has(`${node.key}/cbr0`));
  return nodes.map(({ key, path }): BridgeSegment => {
    const place = { key: `${key}/cbr0`, name: 'cbr0', ns: key, node: key, path };
    return { kind: 'bridge', ...place, entry: { ...mtu, address: blocks.gateways(key) }, subnets: blocks.of(key) };
  });
}

/** The switch `lan` where there are nodes to join, unless the file has one. */
export function joiningSwitch(
  file: LabFile,
  joined: number,
  cluster: Cluster,
  machines: Machines,
  problems: Problems,
): BridgeSegment[] {
  return joined < 2 || givenKeys(file).has('lan') ? [] : [defaultSwitch(cluster, machines, problems)];
}

const givenKeys = ({ bridges = {} }: LabFile) =>
  new Set(Object.entries(bridges).map(([key, entry]) => (entry?.node ? `${entry.node}/${key}` : key)));

function defaultSwitch({ mtu, nodeNets }: Cluster, machines: Machines, problems: Problems): BridgeSegment {
  const namesake = machines.get('lan');
  if (namesake) {
    const message = '"lan" is the name of the switch that joins the nodes';
    problems.errorAtKey(namesake.path, 'name-taken', message, `give the ${namesake.kind} another name`);
  }
  const place = { key: 'lan', name: 'lan', ns: 'lan', node: null, path: ['nodes'] };
  return { kind: 'bridge', ...place, entry: mtu === undefined ? {} : { mtu }, subnets: nodeNets };
}

/** What to write where a bridge is missing. */
function atMissing(written: string, { nodeNets }: Cluster): Pick<Sought, 'advice' | 'otherwise'> & Partial<Sought> {
  const [net] = nodeNets.map(formatSubnet);
  const link = `an interface is plugged into a bridge; two nodes or pods are joined by "links: [{ ends: [${written}, …] }]"`;
  const lan = `it is there by itself only where it joins two nodes; make it: "bridges: { lan: { subnet: ${net} } }"`;
  const advice = { node: link, pod: link };
  if (written === 'lan') return { advice, known: () => [], otherwise: lan };
  if (!/^[\d.:/]+$/.test(written)) return { advice, otherwise: `make it: "bridges: { ${written}: {} }"` };
  return {
    advice,
    known: () => [],
    otherwise: `an address has a key of its own: "{ bridge: …, address: ${written} }"`,
  };
}

export function createBridgeFinder(
  byKey: ReadonlyMap<string, BridgeSegment>,
  cluster: Cluster,
  problems: Problems,
): FindBridge {
  return (written, machine, path) => {
    const node = machine.kind === 'pod' ? machine.node : machine.key;
    const bridge = byKey.get(`${node}/${written}`) ?? byKey.get(written);
    if (!bridge) {
      const near = () => [...byKey.values()].filter(other => other.node === null || other.node === node);
      const known = () => near().map(other => (other.node === null ? other.key : other.key.slice(node.length + 1)));
      const message = `there is no bridge "${written}" that "${machine.key}" could be plugged into`;
      problems.unknownName(path, { what: 'bridge', known, message, ...atMissing(written, cluster) }, written);
    } else if (bridge.node !== null && bridge.node !== node) {
      const hint =
        machine.kind === 'pod'
          ? `move the pod to "${bridge.node}", or use a bridge of "${node}"`
          : `use a bridge of "${node}", or a switch`;
      problems.error(path, 'conflict', `bridge "${written}" is in node "${bridge.node}", not in "${node}"`, hint);
      return undefined;
    }
    return bridge;
  };
}
