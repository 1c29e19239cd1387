/**
 * What the kernel tests share: netlab as a program, run as root or as an ordinary user, and a view of the kernel that
 * does not pass through netlab.
 */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Who runs netlab. Root can play an ordinary user; an ordinary user can only be one. */
export type Who = 'root' | 'user';
export const isRoot = process.getuid?.() === 0;
export const WHO: readonly Who[] = isRoot ? ['root', 'user'] : ['user'];
/** Who is allowed less: what is the same for everybody is tried as this one alone. */
export const ORDINARY: Who = WHO.at(-1) ?? 'user';

/** How many moments or cases each test is to try in `npm run sweep`, which tries all of them as every user. */
const SWEEP = process.env['SWEEP'];
export const isSweep = SWEEP !== undefined;
/** How often a test tries its luck: `few` times in every run, and in a sweep as often as that was asked to. */
export const rounds = (few: number): number => Number(SWEEP ?? few);
/** Whether everything is tried as this user; else only what may be different for root. */
export const triesAll = (who: Who): boolean => who === ORDINARY || isSweep;

/** `nobody`: an ordinary user that every system has. */
export const USER_ID = 65534;

/** argv that runs argv as `who`. */
export function as(who: Who, argv: readonly string[]): string[] {
  if (who === 'root' || !isRoot) return [...argv];
  return ['setpriv', `--reuid=${USER_ID}`, `--regid=${USER_ID}`, '--clear-groups', '--inh-caps=-all', '--', ...argv];
}

/** A copy of the built program that every user may read, wherever the checkout is. */
export const PROGRAM = copyProgram();

function copyProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-program-'));
  for (const part of [
    'bin',
    'dist',
    'package.json',
    'node_modules/koffi',
    'node_modules/@koromix',
    'node_modules/@viz-js',
  ]) {
    if (existsSync(join(ROOT, part))) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  return folder;
}

const NETLAB = join(PROGRAM, 'bin/netlab');
/** netlab is on it, as where it is installed: its hints then call it so. */
const SEARCH_PATH = `${process.env['PATH']}:${join(PROGRAM, 'bin')}`;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeout?: number;
}

/** Runs any program to its end; never rejects. A signal gives 128 and its number as on a shell. */
export async function run(
  argv: readonly string[],
  { input = '', env, cwd = '/', timeout = 300_000 }: RunOptions = {},
): Promise<Ran> {
  const [command = '', ...args] = argv;
  const options = { cwd, timeout, input, env: { HOME: '/tmp', CI: 'true', PATH: SEARCH_PATH, ...env } };
  const ran = await execa(command, args, { ...options, reject: false, stripFinalNewline: false, maxBuffer: 1 << 28 });
  const { exitCode, signal, stdout, stderr, shortMessage = '' } = ran;
  if (exitCode !== undefined) return { code: exitCode, stdout, stderr };
  if (signal !== undefined) return { code: 128 + constants.signals[signal], stdout, stderr };
  return { code: 127, stdout: '', stderr: shortMessage };
}

/** netlab as a user types it. */
export function netlab(who: Who, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(netlabArgv(who, args), options);
}

export function netlabArgv(who: Who, args: readonly string[]): string[] {
  return as(who, [process.execPath, NETLAB, ...args]);
}

/** netlab in the background, to be killed or interrupted. */
export function startNetlab(who: Who, args: readonly string[], options: SpawnOptions = {}) {
  const [command = '', ...rest] = netlabArgv(who, args);
  return spawn(command, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** A lab file that every user may read, in a folder that goes with the tests. */
export function labFile(text: string, name = 'lab'): string {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-lab-'));
  const file = join(folder, `${name}.lab.yaml`);
  writeFileSync(file, text);
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  return file;
}

/** Every process whose command line names this lab's pause process, or that lives in its PID namespace. */
export function sandboxPids(lab: string): number[] {
  return pidsWhere(pid => {
    const argv = readProc(pid, 'cmdline').split('\0');
    const at = argv.indexOf('netlab-pause');
    return at !== -1 && argv[at + 1] === lab && !argv[0]?.includes('unshare');
  });
}

/** The process that holds a lab's namespaces. Throws where there is not exactly one. */
export function sandboxPid(lab: string): number {
  const pids = sandboxPids(lab).filter(pid => /^NSpid:\s+\d+(\s+\d+)*\s+1$/m.test(readProc(pid, 'status')));
  const [pid, second] = pids;
  if (pid === undefined || second !== undefined) throw new Error(`${pids.length} sandboxes of lab ${lab}`);
  return pid;
}

export function pidsWhere(test: (pid: number) => boolean): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(test);
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Runs a program inside a lab with nsenter alone: in a network namespace, or, for null, the sandbox's own. */
export function inside(
  who: Who,
  lab: string,
  ns: string | null,
  argv: readonly string[],
  options?: RunOptions,
): Promise<Ran> {
  return run(insideArgv(who, lab, ns, argv), options);
}

/** A program inside a lab that goes on until the lab goes or it is killed. */
export function startInside(
  who: Who,
  lab: string,
  ns: string | null,
  argv: readonly string[],
  options: SpawnOptions = {},
) {
  const [command = '', ...rest] = insideArgv(who, lab, ns, argv);
  return spawn(command, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

export function insideArgv(who: Who, lab: string, ns: string | null, argv: readonly string[]): string[] {
  const user = who === 'root' && isRoot ? [] : ['-U', '--preserve-credentials'];
  const into = ns === null ? [] : ['ip', 'netns', 'exec', ns];
  return as(who, [
    'nsenter',
    '-t',
    String(sandboxPid(lab)),
    ...user,
    '-m',
    '-n',
    '-p',
    '-u',
    '-i',
    '--',
    ...into,
    ...argv,
  ]);
}

/** A host of its own as far as links, addresses, rules, mounts and /run go. */
export interface PrivateHost {
  /** The beginning of a command that runs on it. */
  readonly enter: readonly string[];
  /** A home that is empty. */
  readonly home: string;
  end(): void;
}

/** What others do on this host meanwhile does not show on one of its own. Only root can make one. */
export async function makePrivateHost(): Promise<PrivateHost> {
  const script = 'mount -t tmpfs none /run && echo ready && exec sleep infinity';
  const holder = spawn('unshare', ['-m', '-n', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const home = mkdtempSync(join(tmpdir(), 'netlab-home-'));
  chmodSync(home, 0o777);
  return {
    enter: ['nsenter', '-t', String(holder.pid), '-m', '-n', '--'],
    home,
    end: () => void holder.kill('SIGKILL'),
  };
}

/** What must be the same on the host before and after. Counters and times are left out. */
export async function hostSnapshot(host?: PrivateHost): Promise<Record<string, string>> {
  const commands: Record<string, string[]> = {
    links: ['ip', '-d', 'link'],
    addresses: ['ip', 'addr'],
    routes: ['ip', 'route', 'show', 'table', 'all'],
    rules: ['ip', 'rule'],
    netns: ['ip', 'netns'],
    iptables: ['iptables-save'],
    ip6tables: ['ip6tables-save'],
    sysctls: ['sysctl', '-a', '--pattern', '^net\\.'],
    mounts: ['cat', '/proc/mounts'],
    run: ['find', '/run', '/var/run/', '/tmp', '-maxdepth', '2', '-name', '*netlab*', '-not', '-path', '/tmp/netlab-*'],
    home: ['ls', '-a', host?.home ?? process.env['HOME'] ?? '/'],
  };
  const entries = Object.entries(commands).map(
    async ([key, argv]) => [key, clean((await run([...(host?.enter ?? []), ...argv])).stdout)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Values that change by themselves. */
function clean(text: string): string {
  return text
    .split('\n')
    .filter(
      line => !/^#|nf_conntrack_count|random|\bnet\.netfilter\.nf_conntrack_(count|buckets)|ipv4\.route\.gc/.test(line),
    )
    .map(line => line.replace(/\[\d+:\d+\]/g, '').replace(/valid_lft \S+ preferred_lft \S+|expires \S+/g, ''))
    .join('\n');
}

/** Everything that a lab could have left: processes (pause, workers, commands in it). Polls, since the kernel ends them in its own time. */
export async function leftovers(lab: string): Promise<string[]> {
  const deadline = performance.now() + 60_000;
  while (processesOf(lab).length > 0 && performance.now() < deadline) await new Promise(next => setTimeout(next, 40));
  return processesOf(lab);
}

function processesOf(lab: string): string[] {
  const pids = pidsWhere(
    pid =>
      readProc(pid, 'cmdline').split('\0').includes('netlab-pause') &&
      readProc(pid, 'cmdline').split('\0').includes(lab),
  );
  return pids.map(pid => `${pid} ${readProc(pid, 'cmdline').replaceAll('\0', ' ')}`);
}
