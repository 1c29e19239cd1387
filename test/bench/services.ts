/**
 * What a thousand Services of ten endpoints on three nodes cost: netlab's own processor time beside what `iptables-restore`
 * takes for the same rules, and how long it takes until all nodes have heard of an endpoint that leaves or comes back.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findSandbox, isNode, listTree, processorTimeOf } from './processes.ts';

const LAB = 'bench-services';
const NODES = ['node-0', 'node-1', 'node-2'];
/** Every pod of a group is an endpoint of a third of the Services. */
const GROUPS = ['a', 'b', 'c'];
/** Endpoints of a third of the Services, and of a single one, with the address of one that they are in. */
const PODS = {
  many: { pod: 'a-0', clusterIP: '10.96.0.81' },
  one: { pod: 'pair-0', clusterIP: '10.96.0.80' },
} as const;

export interface ServicesBench {
  readonly netlab: string;
  readonly folder: string;
  row(what: string, value: string, wanted: string): void;
}

export async function measureServices({ netlab, folder, row }: ServicesBench): Promise<void> {
  const small = write(folder, 'bench-few', labText(folder, 0));
  const file = write(folder, LAB, labText(folder, 1000));
  const plan = cpu([netlab, 'plan', file]);
  const without = await ownCpu([netlab, 'up', small]);
  run([netlab, 'down', LAB]);
  const up = await ownCpu([netlab, 'up', file]);
  try {
    const first = await flip(folder, 'one', false);
    const saved = NODES.map(node => run([netlab, 'exec', '--lab', LAB, node, '--', 'iptables-save']));
    const restore = (tool: string) =>
      saved.reduce((sum, text) => sum + cpu(['unshare', '--net', tool, '--noflush'], text), 0);
    const current = restore('iptables-restore');
    row('iptables-restore of 1,000 Services of 10 on 3 nodes', seconds(current), '');
    row('the same by iptables-legacy-restore', seconds(restore('iptables-legacy-restore')), '');
    row("up of it: netlab's own processor time for Services", seconds(up - without), 'less than iptables-restore');
    row('plan of it, processor time', seconds(plan), 'less than iptables-restore');
    const wanted = '2 s at most';
    row('an endpoint of one of them leaves right after up', seconds(first), wanted);
    row('it comes back', seconds(await flip(folder, 'one', true)), wanted);
    row('an endpoint of a third of them leaves', seconds(await flip(folder, 'many', false)), wanted);
    row('it comes back', seconds(await flip(folder, 'many', true)), wanted);
  } finally {
    run([netlab, 'down', LAB]);
  }
}

const seconds = (value: number) => `${value.toFixed(2)} s`;

function write(folder: string, name: string, text: string): string {
  const file = join(folder, `${name}.lab.yaml`);
  writeFileSync(file, text);
  return file;
}

function labText(folder: string, services: number): string {
  const readiness = (pod: string) =>
    `readiness: { exec: { command: [test, '!', -e, ${sickness(folder, pod)}] }, periodSeconds: 1, failureThreshold: 1 }`;
  const pod = (name: string, group: string) =>
    `  ${name}: { labels: { group: ${group} }, containers: { c: { command: [sleep, inf], ${readiness(name)} } } }`;
  const tens = GROUPS.flatMap(group => Array.from({ length: 10 }, (_, index) => pod(`${group}-${index}`, group)));
  const pair = [pod('pair-0', 'pair'), pod('pair-1', 'pair')];
  const service = (name: string, group: string, ip = '') =>
    `  ${name}: { ${ip}selector: { group: ${group} }, ports: [{ port: 80 }] }`;
  const thousand = Array.from({ length: services }, (_, index) =>
    service(`s${index}`, GROUPS[index % 3] ?? '', index === 0 ? `clusterIP: ${PODS.many.clusterIP}, ` : ''),
  );
  return [
    ...[`name: ${LAB}`, 'nodes: { node: { replicas: 3 } }', 'pods:', ...tens, ...pair],
    ...['services:', service('pair', 'pair', `clusterIP: ${PODS.one.clusterIP}, `), ...thousand, ''],
  ].join('\n');
}

const sickness = (folder: string, pod: string) => join(folder, `sick-${pod}`);

/** Seconds from the moment when the pod's readiness has changed until the last node's rules have. */
async function flip(folder: string, which: keyof typeof PODS, well: boolean): Promise<number> {
  const { pod, clusterIP } = PODS[which];
  const sandbox = findSandbox(LAB);
  const rulesOf = (node: string, chain: string) => {
    const enter = ['nsenter', '-t', String(sandbox), '-m', '-n', 'ip', 'netns', 'exec', node];
    return run([...enter, 'iptables', '-w', '-t', 'nat', '-S', chain]).split('\n');
  };
  const way = rulesOf('node-0', 'KUBE-SERVICES').find(rule => rule.includes(` ${clusterIP}/32 `)) ?? '';
  const chain = /KUBE-SVC-\w+/.exec(way)?.[0] ?? '';
  const count = (node: string) => rulesOf(node, chain).filter(rule => rule.includes('-j KUBE-SEP-')).length;
  const before = count('node-0');
  if (well) rmSync(sickness(folder, pod));
  else writeFileSync(sickness(folder, pod), '');
  while (isReady(sandbox, pod) !== well) await sleep(2);
  const since = performance.now();
  for (const node of NODES) while (count(node) === before) await sleep(2);
  return (performance.now() - since) / 1000;
}

function isReady(sandbox: number, pod: string): boolean {
  const file = `/proc/${sandbox}/root/run/netlab/pods/${pod}/containers/c/state.json`;
  return (JSON.parse(readFileSync(file, 'utf8')) as { value: { status: { ready: boolean } } }).value.status.ready;
}

/** What it prints. Throws where it fails: a wrong figure is worse than none. */
function run([command = '', ...args]: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(' ')}: ${stderr}`);
  return stdout;
}

/** Seconds of processor time of netlab's own processes, all of which are Node's; not of iptables. */
async function ownCpu([command = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const seen = new Map<number, number>();
  while (child.exitCode === null) {
    for (const pid of listTree(child.pid ?? 0)) if (isNode(pid)) seen.set(pid, processorTimeOf(pid));
    await sleep(10);
  }
  if (child.exitCode !== 0) throw new Error(`${command} ${args[0]} has failed`);
  return [...seen.values()].reduce((sum, time) => sum + time, 0);
}

/** Seconds of processor time, those of the processes that it has waited for among them. */
function cpu(argv: readonly string[], input = ''): number {
  const script = '"$@" >/dev/null 2>&1 || exit 1; times';
  const lines = run(['bash', '-c', script, 'bash', ...argv], input).split('\n');
  const parts = [...(lines[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0);
}
