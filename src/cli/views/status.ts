/** A running lab and its drift, as `status` shows them: text for people, or JSON. */
import { escapeControls } from '../../language/diagnostic/printable.ts';
import { type Lab, type Node, networkOf, type Pod } from '../../language/lab/lab.ts';
import { stateOf } from '../../lifecycle/container-state.ts';
import type { Status } from '../../lifecycle/status.ts';
import { toShell } from '../../plan/shell.ts';
import { render, type Step } from '../../plan/step.ts';
import type { LabProcesses, SeenContainer } from '../../sandbox/container-status.ts';
import { isSidecarProcess } from '../../state/container.ts';
import { specOf } from '../../state/kinds.ts';
import { age } from './age.ts';
import { table } from './table.ts';

/** What a person calls it when a step would be needed: the object is missing, changed or extra. */
const DRIFT = { add: 'missing', change: 'changed', delete: 'extra' } as const;

export function statusJson(status: Status): string {
  return `${JSON.stringify(toJson(status), null, 2)}\n`;
}

function toJson({ running, remembered, drift, processes, sections }: Status) {
  const lab = remembered?.lab;
  return {
    name: running.name,
    file: remembered?.file ?? null,
    createdAt: remembered?.createdAt ?? null,
    nodes:
      lab?.nodes.map(node => ({ name: node.key, podCIDRs: node.podCIDRs, addresses: addressesOf(node, lab) })) ?? [],
    pods:
      lab?.pods.map(pod => ({
        ...{ name: pod.key, node: pod.node, labels: pod.labels, addresses: addressesOf(pod, lab) },
        ...{
          failure: processes.failures[pod.ns] ?? null,
          containers: containersOf(pod, processes).map(toJsonContainer),
        },
      })) ?? [],
    ...Object.fromEntries(sections.map(({ name, entries }) => [name, entries])),
    supervisor: processes.containers.length === 0 ? null : processes.kubeletRuns ? 'running' : 'not running',
    drift: drift.map(driftToJson),
  };
}

function driftToJson(step: Step) {
  const { operation, object, was } = step;
  const label = specOf(object).label(object);
  return { drift: DRIFT[operation], label, object, ...(was === undefined ? {} : { was }), mend: render(step) };
}

/** In the order in which they start. */
function containersOf({ ns, initContainers, containers }: Pod, processes: LabProcesses): SeenContainer[] {
  const order = [...initContainers, ...containers].map(({ name }) => name);
  return processes.containers
    .filter(status => status.ns === ns)
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function toJsonContainer({ ns: _, process: __, current: ___, ...status }: SeenContainer) {
  return status;
}

/** By interface; of a pod in the network of its node those of that. */
function addressesOf(machine: Node | Pod, lab: Lab): Record<string, readonly string[]> {
  const { links, bridges, nodes } = lab;
  const { key, interfaces } = nodes.find(node => node.ns === networkOf(machine)) ?? machine;
  const own = bridges.filter(({ node }) => node === key).map(({ name, addresses }) => [name, addresses] as const);
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === key);
  const linked = ends.map(end => [end.interface, end.addresses] as const);
  return Object.fromEntries([
    ...interfaces.map(({ name, addresses }) => [name, addresses] as const),
    ...linked,
    ...own,
  ]);
}

export function statusText({ running, remembered, drift, processes, sections }: Status): string {
  if (!remembered)
    return `lab ${running.name} is up, but its record is damaged: netlab down ${running.name}, then up again\n`;
  const { lab, createdAt, file } = remembered;
  const rows = [...lab.nodes, ...lab.pods].map(machine => [
    machine.key,
    'node' in machine ? machine.node : '-',
    inOneLine(addressesOf(machine, lab)),
  ]);
  return [
    `lab ${lab.name}, up for ${age(createdAt)}, from ${escapeControls(file)}\n\n`,
    table(['NAME', 'NODE', 'ADDRESSES'], rows),
    '\n',
    ...containersText(lab, processes),
    ...sections.flatMap(({ columns, rows }) => (rows.length === 0 ? [] : [table(columns, rows), '\n'])),
    ...driftText(drift),
  ].join('');
}

function containersText({ pods }: Lab, processes: LabProcesses): string[] {
  const rows = pods.flatMap(pod => containersOf(pod, processes).map(status => [pod.key, ...containerRow(status)]));
  if (rows.length === 0) return [];
  const failures = pods.flatMap(({ key, ns }) => {
    const failure = processes.failures[ns];
    return failure === undefined ? [] : [`pod ${key} cannot start: ${escapeControls(failure)}\n`];
  });
  const kubelet = processes.kubeletRuns ? [] : ['the kubelet does not run: containers are not started again\n'];
  if (processes.kubeletError !== '') kubelet.push(`${escapeControls(processes.kubeletError)}\n`);
  return [table(['POD', 'CONTAINER', 'READY', 'RESTARTS', 'AGE', 'STATE'], rows), '\n', ...failures, ...kubelet];
}

function containerRow(status: SeenContainer): string[] {
  const { name, init, ready, restarts, startedAt, current } = status;
  const isSidecar = isSidecarProcess(current);
  return [
    isSidecar ? `${name} (sidecar)` : init ? `${name} (init)` : name,
    init && !isSidecar ? '-' : ready ? 'yes' : 'no',
    String(restarts),
    startedAt === null ? '-' : age(startedAt),
    stateOf(status),
  ];
}

function inOneLine(addresses: Record<string, readonly string[]>): string {
  return Object.entries(addresses)
    .map(([dev, list]) => `${dev} ${list.length === 0 ? '-' : list.join(' ')}`)
    .join(', ');
}

function driftText(drift: readonly Step[]): string[] {
  if (drift.length === 0) return ['no drift: what status looks at is as the lab wants it\n'];
  const lines = drift.map(
    step =>
      `  ${DRIFT[step.operation].padEnd(7)}  ${escapeControls(nameOf(step))}\n${render(step)
        .map(command => `           mended by: ${toShell(command)}\n`)
        .join('')}`,
  );
  return [`drift: ${drift.length} ${drift.length === 1 ? 'object' : 'objects'}; "netlab up" mends it\n`, ...lines];
}

function nameOf({ object }: Step): string {
  const label = specOf(object).label(object);
  return 'ns' in object && object.kind !== 'namespace' ? `${label} in ${object.ns}` : label;
}
