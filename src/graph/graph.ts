/**
 * Lab in, picture's content out: boxes, what is in which, and the lines between them. Knows no drawing language.
 *
 * A box is a network namespace or a bridge; a line is a veth pair. Alike pods of one node are drawn as one box.
 */
import { escapeControls } from '../language/diagnostic/printable.ts';
import { nameGroup } from '../language/lab/alike-pods.ts';
import type { Interface, Lab, LabBridge, Link, Machine, Node, Pod, Shaping } from '../language/lab/lab.ts';
import { parseRule } from '../netfilter/rule.ts';
import { groupAlike } from './group.ts';

export interface Graph {
  readonly title: string;
  /** Where lines lead: from above, or from the left. */
  readonly direction: 'TB' | 'LR';
  readonly switches: readonly Box[];
  readonly nodes: readonly NodeFrame[];
  readonly lines: readonly Line[];
}

export interface Box {
  /** Unique, and safe in any drawing language: `b0`, `b1`, … */
  readonly id: string;
  readonly kind: 'switch' | 'node' | 'external' | 'bridge' | 'pod' | 'isolated';
  readonly title: string;
  /** One per interface; one without a name for a bridge. */
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  /** Of how many it is a picture. */
  readonly count: number;
}

export interface Row {
  /** The interface's name; empty for what belongs to the whole box. */
  readonly name: string;
  readonly texts: readonly string[];
}

/** A node. One with something inside is drawn as a frame around it. */
export interface NodeFrame {
  readonly title: string;
  readonly isFrame: boolean;
  /** The node's own network namespace; none in a frame where there is nothing to say of it. */
  readonly box: Box | undefined;
  readonly bridges: readonly Box[];
  readonly pods: readonly Box[];
}

export interface Line {
  /** Packets go one way in a `flow`, in all others both ways. */
  readonly kind: 'cable' | 'port' | 'inside' | 'flow' | 'mutual';
  readonly from: LineEnd;
  readonly to: LineEnd;
  readonly label: string;
}

export interface LineEnd {
  readonly box: string;
  /** The row it is drawn to. */
  readonly row?: string;
}

/** Names of boxes by what they stand for: `bridge lan`, `machine node1`. */
type Ids = Map<string, string>;

export function drawLab(lab: Lab): Graph {
  const ids: Ids = new Map();
  const switches = lab.bridges.filter(({ node }) => node === null).map(bridge => drawBridge(bridge, ids));
  const inOrder = [...lab.nodes].sort((a, b) => Number(a.external) - Number(b.external));
  const nodes = inOrder.map(node => drawNode(node, lab, ids));
  const all = [...lab.nodes, ...lab.pods];
  const ports = all.flatMap(machine => machine.interfaces.map(item => drawPort(machine, item, ids)));
  const cables = lab.links.map(link => drawCable(link, ids));
  const inside = nodes.flatMap(({ box, bridges }) => (box ? bridges.map(bridge => drawInside(box, bridge)) : []));
  return makePrintable({
    title: titleOf(lab),
    direction: 'TB',
    switches,
    nodes,
    lines: [...inside, ...ports, ...cables].filter(isNew()),
  });
}

/** Pictures are looked at in terminals, browsers and editors: no text in one hides, turns or breaks another. */
export function makePrintable(graph: Graph): Graph {
  return JSON.parse(JSON.stringify(graph), (_, value: unknown) =>
    typeof value === 'string' ? escapeControls(value.replace(/\s+/g, ' ')) : value,
  );
}

function titleOf({ name, description }: Lab): string {
  return description === undefined ? name : `${name}: ${description.split('\n')[0]}`;
}

function idFor(key: string, ids: Ids): string {
  const id = ids.get(key) ?? `b${ids.size}`;
  ids.set(key, id);
  return id;
}

function drawBridge({ key, name, node, addresses, subnets }: LabBridge, ids: Ids): Box {
  const shown = addresses.length > 0 ? addresses : subnets;
  return {
    id: idFor(`bridge ${key}`, ids),
    kind: node === null ? 'switch' : 'bridge',
    title: name,
    rows: [{ name: '', texts: shown }],
    notes: [],
    count: 1,
  };
}

function drawNode(node: Node, lab: Lab, ids: Ids): NodeFrame {
  const box = drawMachine(node, lab, ids);
  const bridges = lab.bridges.filter(bridge => bridge.node === node.key).map(bridge => drawBridge(bridge, ids));
  const groups = groupAlike(lab.pods.filter(pod => pod.node === node.key));
  const pods = groups.map(group => drawPods(group, lab, ids));
  const isFrame = bridges.length + pods.length > 0 || box.rows.length > 1;
  const isEmpty = box.rows.length + box.notes.length === 0;
  return { title: node.key, isFrame, box: isFrame && isEmpty ? undefined : box, bridges, pods };
}

function drawMachine(node: Node, lab: Lab, ids: Ids): Box {
  return {
    id: idFor(`machine ${node.key}`, ids),
    kind: node.external ? 'external' : 'node',
    title: node.key,
    rows: rowsOf(node, lab),
    notes: notesOf(node),
    count: 1,
  };
}

/** One box for one pod, or for a row of alike ones. */
function drawPods(group: readonly [Pod, ...Pod[]], lab: Lab, ids: Ids): Box {
  const [first] = group;
  const last = group.at(-1) ?? first;
  const id = idFor(`machine ${first.key}`, ids);
  for (const pod of group) ids.set(`machine ${pod.key}`, id);
  const rows = rowsOf(first, lab);
  return {
    id,
    kind: 'pod',
    title: nameGroup(group),
    rows: group.length === 1 ? rows : joinRows(rows, rowsOf(last, lab)),
    notes: notesOf(first),
    count: group.length,
  };
}

function rowsOf({ key, interfaces }: Machine, { links }: Lab): Row[] {
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === key);
  return [
    ...interfaces.map(({ name, addresses }) => ({ name, texts: addresses })),
    ...ends.map(end => ({ name: end.interface, texts: end.addresses })),
  ];
}

function joinRows(first: readonly Row[], last: readonly Row[]): Row[] {
  return first.map(({ name, texts }, row) => ({
    name,
    texts: texts.map((text, index) => joinAddresses(text, last[row]?.texts[index] ?? text)),
  }));
}

function joinAddresses(first: string, last: string): string {
  return `${first.split('/')[0]} … ${last}`;
}

function notesOf(machine: Machine & Partial<Pick<Pod, 'hostNetwork'>>): string[] {
  const labels = Object.entries(machine.labels).map(([key, value]) => `${key}=${value}`);
  const rules = [...machine.iptables.map(({ text }) => text), ...machine.ip6tables.map(({ text }) => text)];
  const place = machine.hostNetwork ? ['host network'] : [];
  return [...place, ...labels, ...(rules.length === 0 ? [] : [describeRules(rules)])];
}

function describeRules(rules: readonly string[]): string {
  const tables = rules.map(parseRule).flatMap(rule => ('table' in rule ? [rule.table] : []));
  const counts = [...new Set(tables)].map(table => `${table} ${tables.filter(other => other === table).length}`);
  return `iptables rules: ${counts.join(', ')}`;
}

function drawPort(machine: Machine, { name, bridge, shaping, mtu }: Interface, ids: Ids): Line {
  const from = { box: ids.get(`bridge ${bridge}`) ?? '' };
  const to = { box: ids.get(`machine ${machine.key}`) ?? '', row: name };
  return { kind: 'port', from, to, label: describeLine(shaping, mtu) };
}

function drawCable({ ends: [a, b], shaping, mtu }: Link, ids: Ids): Line {
  const from = { box: ids.get(`machine ${a.on}`) ?? '', row: a.interface };
  const to = { box: ids.get(`machine ${b.on}`) ?? '', row: b.interface };
  return { kind: 'cable', from, to, label: describeLine(shaping, mtu) };
}

/** A node's bridge is not wired to its interfaces: the node's own kernel passes packets on between them. */
function drawInside({ id }: Box, bridge: Box): Line {
  return { kind: 'inside', from: { box: id }, to: { box: bridge.id }, label: '' };
}

function describeLine({ rate, delay, jitter, loss }: Shaping, mtu: number | undefined): string {
  const wait = delay === undefined ? [] : [jitter === undefined ? delay : `${delay} ± ${jitter}`];
  const parts = [...(rate === undefined ? [] : [rate]), ...wait, ...(loss === undefined ? [] : [`${loss} loss`])];
  return [...parts, ...(mtu === undefined ? [] : [`MTU ${mtu}`])].join(', ');
}

/** Every box of a graph by its id. */
export function boxesById({ switches, nodes }: Graph): ReadonlyMap<string, Box> {
  const inner = nodes.flatMap(({ box, bridges, pods }) => [...(box ? [box] : []), ...bridges, ...pods]);
  return new Map([...switches, ...inner].map(box => [box.id, box]));
}

/** The lines of a group's members are one line. */
function isNew(): (line: Line) => boolean {
  const seen = new Set<string>();
  return line => {
    const key = JSON.stringify(line);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}
