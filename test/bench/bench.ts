/**
 * What netlab costs, as ratios taken in one run on one machine: `npm run bench [ROUNDS]`, by hand.
 *
 * The yardstick is what a careful engineer would write instead: a shell script of `ip -batch` calls with the same end
 * state (a namespace per pod, a veth pair into its node's bridge, loopback, address, default route). Absolute times
 * wander with the machine, ratios less so; each is the median over the rounds.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchScript } from './batch-script.ts';
import { findProcesses, memoryOf, processorTimeOf } from './processes.ts';
import { measureServices } from './services.ts';

const NETLAB = resolve(import.meta.dirname, '../../bin/netlab');
const rounds = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'netlab-bench-'));

/** Runs a command to its end, in seconds. Throws where it fails: a wrong figure is worse than none. */
function time(argv: readonly string[], input = ''): number {
  const [command = '', ...args] = argv;
  const since = performance.now();
  const result = spawnSync(command, args, { input, stdio: ['pipe', 'ignore', 'pipe'] });
  if (result.status !== 0) throw new Error(`${argv.slice(0, 3).join(' ')}: ${result.stderr}`);
  return (performance.now() - since) / 1000;
}

/** Of a process that is watched until it ends. */
function peakMiB(argv: readonly string[]): number {
  const watch = '"$@" >/dev/null 2>&1 & while grep VmHWM /proc/$!/status 2>/dev/null; do sleep 0.01; done';
  const lines = spawnSync('sh', ['-c', watch, 'sh', ...argv], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n');
  return Math.max(...lines.map(line => Number(/(\d+) kB/.exec(line)?.[1] ?? 0))) / 1024;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function lab(name: string, pods: number, nodes: number, extra = ''): string {
  const file = join(folder, `${name}.lab.yaml`);
  writeFileSync(
    file,
    `name: ${name}\n${extra}nodes: { node: { replicas: ${nodes} } }\npods: { pod: { replicas: ${pods} } }\n`,
  );
  return file;
}

/** The script in a sandbox like netlab's own, so that nothing of it reaches the host and all of it goes at the end. */
function timeScript(pods: number, nodes: number): number {
  const setup = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && exec sh -e';
  const unshare = ['unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  return time([...unshare, 'sh', '-c', setup], batchScript(pods, nodes));
}

interface Round {
  readonly script: number;
  readonly up: number;
  readonly again: number;
  readonly down: number;
  readonly upDouble: number;
}

function measureRound(): Round {
  const small = lab('bench-small', 1000, 10);
  const double = lab('bench-double', 2000, 20);
  const script = timeScript(1000, 10);
  const up = time([NETLAB, 'up', small]);
  const again = time([NETLAB, 'up', small]);
  const down = time([NETLAB, 'down', 'bench-small']);
  const upDouble = time([NETLAB, 'up', double]);
  time([NETLAB, 'down', 'bench-double']);
  return { script, up, again, down, upDouble };
}

/** A thousand pods with the smallest of servers each, and what netlab has beside it. */
async function measureContainers(): Promise<void> {
  const name = 'bench-containers';
  const file = join(folder, `${name}.lab.yaml`);
  const container = '{ command: [busybox, httpd, -f, -p, "80"] }';
  const pods = `pods: { pod: { replicas: 1000, containers: { app: ${container} } } }`;
  writeFileSync(file, `name: ${name}\nnodes: { node: { replicas: 10 } }\n${pods}\n`);
  row('up of 1,000 pods with a container each', `${time([NETLAB, 'up', file]).toFixed(2)} s`, '');
  const { kubelet, pauses, containers } = findProcesses(name);
  if (pauses.length !== 1000 || containers.length !== 1000) throw new Error(`${pauses.length} ${containers.length}`);
  const own = memoryOf(containers) / containers.length;
  const added = (memoryOf(pauses) + memoryOf([kubelet])) / containers.length;
  row('memory of a container (busybox httpd)', `${own.toFixed(0)} KiB`, '');
  row('what netlab adds to it: pause and share of kubelet', `${added.toFixed(0)} KiB`, 'less than the container');
  // What the start has left to do, such as collecting garbage, is no rest yet.
  await sleep(20_000);
  const before = processorTimeOf(kubelet);
  await sleep(10_000);
  const share = (processorTimeOf(kubelet) - before) / 10 / containers.length;
  row('processor time netlab adds to each at rest', `${(share * 1e6).toFixed(1)} us/s`, 'none');
  row('down', `${time([NETLAB, 'down', name]).toFixed(2)} s`, '1 s at most');
}

function row(what: string, value: string, wanted: string): void {
  console.log(`${what.padEnd(58)} ${value.padStart(9)}   ${wanted}`);
}

try {
  const all = Array.from({ length: rounds }, measureRound);
  const ratio = (a: keyof Round, b: keyof Round) => median(all.map(round => round[a] / round[b])).toFixed(2);
  const seconds = (key: keyof Round) => `${median(all.map(round => round[key])).toFixed(2)} s`;
  row(`medians of ${rounds} rounds`, '', 'wanted');
  row('ip -batch script, 1,000 pods over 10 nodes', seconds('script'), '');
  row('up of the same', seconds('up'), '');
  row('up / script', ratio('up', 'script'), '1.2 at most');
  row('up of 2,000 over 20 / up of 1,000 over 10', ratio('upDouble', 'up'), '2.3 at most');
  row('second up / first up', ratio('again', 'up'), '0.33 at most');
  row('down', seconds('down'), '1 s at most');
  const large = lab('bench-large', 10_000, 10, 'cluster: { podCIDR: 10.0.0.0/8, blockSize: 20 }\n');
  row(
    'plan of 10,000 pods',
    `${median([1, 2, 3].map(() => time([NETLAB, 'plan', large]))).toFixed(2)} s`,
    '2 s at most',
  );
  row('its peak memory', `${Math.round(peakMiB([NETLAB, 'plan', large]))} MiB`, '500 MB at most');
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const tiny = lab('bench-tiny', 2, 2);
  const pairs = Array.from({ length: 15 }, () => time([NETLAB, 'validate', tiny]) - time([process.execPath, empty]));
  row('validate of a small lab above an empty script', `${Math.round(median(pairs) * 1000)} ms`, '100 ms at most');
  await measureContainers();
  await measureServices({ netlab: NETLAB, folder, row });
} finally {
  spawnSync(NETLAB, ['down', 'bench-containers']);
  spawnSync(NETLAB, ['down', 'bench-small']);
  spawnSync(NETLAB, ['down', 'bench-double']);
  rmSync(folder, { recursive: true });
}
