/**
 * A Docker of the tests' own, apart from any that this machine may have: its daemon, its images and its socket are in one
 * folder, and go with it. What it mounts shows nowhere else, as other tests look at this machine's mounts meanwhile. No
 * registry is reached: the images are made of this machine's own files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, makeImages } from './docker-images.ts';
import { isRoot, pidsWhere, type Ran, readProc, run } from './harness.ts';

export interface TestDocker {
  /** What netlab has to be told of it. */
  readonly env: { readonly DOCKER_HOST: string };
  /** Where it lies, which goes with it. */
  readonly folder: string;
  docker(...words: string[]): Promise<Ran>;
  /** Everything of a lab that Docker has: its containers and volumes, whatever state they are in. */
  left(lab: string): Promise<string[]>;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Ends it, and removes all that it had. */
  remove(): Promise<void>;
}

/** A busy machine takes a minute for what otherwise takes two seconds. */
const PATIENCE_MS = 180_000;

/** Why there is none, in words, where this machine has no Docker or does not let it start. */
export async function startDocker(): Promise<TestDocker | string> {
  if (!isRoot) return 'only root can start a Docker';
  const missing = ['dockerd', 'docker', 'containerd', 'runc', 'busybox'].filter(
    name => findProgram(name) === undefined,
  );
  if (missing.length > 0) return `${missing.join(', ')} not installed`;
  const folder = mkdtempSync(join(tmpdir(), 'netlab-docker-'));
  const host = makeHost(folder);
  try {
    await host.start();
    await makeImages(host.docker, folder);
    return host;
  } catch (error) {
    const log = existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, 'utf8').trim().split('\n').at(-1) : '';
    await host.remove();
    return `no Docker starts here: ${error instanceof Error ? error.message : error} ${log}`;
  }
}

function makeHost(folder: string): TestDocker {
  const socket = `unix://${folder}/docker.sock`;
  const env = { DOCKER_HOST: socket };
  let daemon: ChildProcess | undefined;
  const mounts = holdMounts();
  const docker = (...words: string[]) => run(['docker', ...words], { env });
  const end = async (signal: NodeJS.Signals) => {
    const patience = setTimeout(() => daemon?.kill('SIGKILL'), PATIENCE_MS);
    const ended = new Promise(done => (daemon && isRunning(daemon) ? daemon.once('exit', done) : done(0)));
    daemon?.kill(signal);
    await ended;
    clearTimeout(patience);
    daemon = undefined;
  };
  return {
    env,
    folder,
    docker,
    left: async lab => {
      const filter = ['--filter', `label=netlab.lab=${lab}`];
      const [containers, volumes] = await Promise.all([
        docker('ps', '--all', '--format', '{{.Names}}', ...filter),
        docker('volume', 'ls', '--format', '{{.Name}}', ...filter),
      ]);
      if (containers.code !== 0) throw new Error(containers.stderr);
      return `${containers.stdout}${volumes.stdout}`.split('\n').filter(line => line !== '');
    },
    start: async () => {
      // Left by one that was killed: whether its processes are gone nobody may have looked yet.
      for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(`${folder}/${file}`, { force: true });
      const words = [`/proc/${await mounts.holder}/ns/mnt`, `${folder}/log`, ...daemonWords(folder, socket)];
      const deadline = performance.now() + PATIENCE_MS;
      for (let starts = 0; (await docker('version')).code !== 0; await sleep(200)) {
        if (performance.now() > deadline) throw new Error('dockerd does not answer');
        if (daemon && isRunning(daemon)) continue;
        // It gives its containerd 15 s, which are not enough on a machine that stands still.
        if (starts++ === 3) throw new Error('dockerd ends at once');
        daemon = spawn('sh', ['-c', START, ...words], { stdio: 'ignore' });
      }
    },
    kill: () => end('SIGKILL'),
    remove: async () => {
      await end('SIGTERM');
      // A daemon that was killed may have forgotten whom it had just started to look after a container.
      const forgotten = pidsWhere(pid => readProc(pid, 'cmdline').includes(`${folder}/exec/`));
      await run(['kill', ...forgotten.map(String)]);
      await mounts.release();
      // Who was forgotten may still be writing.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

const START = 'log=$1; shift; exec nsenter --mount="$0" dockerd "$@" >>"$log" 2>&1';
/** It ends when its input does, and so with these tests. */
const HOLD = "exec unshare --mount --propagation private sh -c 'echo; exec cat >/dev/null'";

interface HeldMounts {
  /** Whose mount namespace it is. */
  readonly holder: Promise<number>;
  release(): Promise<void>;
}

/** A mount namespace that outlives the daemons in it, so that one that follows a killed one finds what that has mounted. */
function holdMounts(): HeldMounts {
  const holder = spawn('sh', ['-c', HOLD], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>(done => holder.once('exit', () => done()).once('error', () => done()));
  return {
    holder: new Promise((resolve, reject) => {
      holder.stdout.once('data', () => resolve(holder.pid ?? 0));
      void ended.then(() => reject(new Error('no mount namespace can be made')));
    }),
    release: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}

/** Nothing of this machine's own network is changed. */
function daemonWords(folder: string, socket: string): string[] {
  return [
    ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`, '-H', socket],
    ...['--bridge=none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
  ];
}
