/**
 * Endpoints that follow the pods: when one becomes ready or is so no longer, the chains of its Services are rewritten on
 * every node, and no others, and so are the zone of the cluster's DNS, the configuration of the Ingress controller and the
 * places of load balancers' addresses. It is what their programs do in a cluster when an EndpointSlice changes.
 *
 * While `up` changes the lab it is left alone; afterwards the record is a new one.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileZoneFiles } from '../features/dns/compile/zone-file.ts';
import { hasHostPorts } from '../features/host-ports/compile/host-ports.ts';
import { compileIngressFiles } from '../features/ingress/compile/nginx.ts';
import type { Lab } from '../language/lab/lab.ts';
import { ENDPOINTS_LOG, RECORD_FILE } from '../memory/folders.ts';
import { readJsonFile } from '../memory/json-file.ts';
import { isOtherChanging, markChanging, unmarkChanging } from '../memory/marker.ts';
import type { LabRecord } from '../sandbox/sandbox.ts';
import type { KernelObject } from '../state/kinds.ts';
import { podFilePath } from '../state/pod-folder.ts';
import { makeAnnouncer } from './announce.ts';
import { keepChains } from './chains.ts';
import type { Children } from './children.ts';
import { makeHealthChecks } from './health-checks.ts';
import type { Home } from './namespaces.ts';
import { makeNetfilter } from './netfilter.ts';
import { makeToolRunner } from './run-tool.ts';
import { forgetStaleConnections } from './stale-connections.ts';

/** How often the record is looked at: it changes only with the lab. */
const LOOK_MS = 500;
/** What changes together is dealt with together. */
const GATHER_MS = 20;
const RETRY_MS = 1000;

export interface KeptEndpoints {
  /** A pod may have become ready, or be so no longer. */
  review(): void;
}

export function keepEndpoints(
  home: Home,
  children: Children,
  isReady: (ns: string) => boolean,
  hangUp: (ns: string) => void,
): KeptEndpoints {
  const tools = makeToolRunner(home, children);
  const announcer = makeAnnouncer(home, tools);
  const healthChecks = makeHealthChecks(home);
  let lab: Lab | undefined;
  let version = '';
  let last = '';
  /** What each Ingress controller was told last, and whether it was ready then; by namespace. */
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;

  const changing = async (work: () => Promise<void>) => {
    if (!markChanging()) throw new Error('somebody else changes the lab');
    try {
      // What was wanted when this was begun may be something else by now.
      if (versionOf(RECORD_FILE) !== version) throw new Error('the lab has been changed meanwhile');
      await work();
    } finally {
      unmarkChanging();
    }
  };
  const chains = keepChains(makeNetfilter(tools), changing);

  const readLab = () => {
    const now = versionOf(RECORD_FILE);
    if (now === version) return;
    version = now;
    const record = readJsonFile(RECORD_FILE) as (LabRecord & { readonly lab?: Lab }) | undefined;
    lab = record?.lab;
    if (lab) chains.take(lab, version, record?.unready);
    announcer.forget();
    last = '';
  };

  const forget = () => {
    chains.forget();
    announcer.forget();
    last = '';
  };

  const sync = async () => {
    readLab();
    if (!lab || ((lab.services ?? []).length === 0 && !hasHostPorts(lab))) return;
    const unready = new Set(
      lab.pods.filter(pod => pod.containers.length > 0 && !isReady(pod.ns)).map(({ key }) => key),
    );
    const state = `${version} ${[...unready].join()}`;
    if (state === last) return;
    await chains.sync(lab, unready);
    forgetStaleConnections(lab, unready, home);
    const isUnready = (pod: string) => unready.has(pod);
    for (const { object } of compileZoneFiles(lab, isUnready)) writePodFile(object);
    for (const { object } of compileIngressFiles(lab, isUnready)) {
      if (object.kind !== 'file') continue;
      // One that has just started may have read the file before it could take a signal: it is told once more.
      const news = `${isReady(object.ns)} ${object.text}`;
      if (told.get(object.ns) === news) continue;
      writePodFile(object);
      hangUp(object.ns);
      told.set(object.ns, news);
    }
    await announcer.sync(lab, isUnready, changing);
    healthChecks.sync(lab, isUnready);
    last = state;
  };

  const run = async () => {
    timer = undefined;
    again = busy;
    if (busy) return;
    if (isOtherChanging()) return later(LOOK_MS);
    busy = true;
    try {
      await sync();
    } catch (error) {
      writeFileSync(ENDPOINTS_LOG, `${error instanceof Error ? error.message : error}\n`);
      // Whatever it was, all is looked at anew: a node may be about to go, or iptables be held by somebody.
      forget();
      await sleep(RETRY_MS);
      again = true;
    } finally {
      busy = false;
    }
    if (again) later(0);
  };

  const later = (ms: number) => {
    if (timer === undefined) timer = setTimeout(run, ms);
  };
  const review = () => later(GATHER_MS);
  setInterval(() => {
    healthChecks.leaveGone();
    if (versionOf(RECORD_FILE) !== version) review();
  }, LOOK_MS).unref();
  return { review };
}

/** Changes with every record that is written. */
function versionOf(path: string): string {
  try {
    const { ino, mtimeMs } = statSync(path);
    return `${ino} ${mtimeMs}`;
  } catch {
    return '';
  }
}

/** In place, as the server's pod has mounted this very file. */
function writePodFile(object: KernelObject): void {
  if (object.kind !== 'file') return;
  const path = podFilePath(object.ns, object.path);
  if (readFileSync(path, 'utf8') !== object.text) writeFileSync(path, object.text);
}
