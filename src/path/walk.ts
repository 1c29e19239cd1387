/**
 * The way that a packet takes: each namespace on it is asked for its route, as the kernel itself looks it up, until the
 * packet is where it should be or goes no further.
 */
import { parseIp } from '../address/address.ts';
import type { CommandJob, JobResult } from '../state/job.ts';
import { type RouteAnswer, readRoutes } from './kernel-text.ts';
import type { KernelView, NetDevice } from './kernel-view.ts';

export interface Hop {
  readonly ns: string;
  /** Where it came in; undefined for the sender. */
  readonly inDev: string | undefined;
  readonly outDev: string;
  /** Whom it is handed to: the next hop, or the destination itself. */
  readonly next: string;
  readonly mtu: number | undefined;
  /** Devices on the way to the next namespace, both ends included. */
  readonly cable: readonly NetDevice[];
}

export type WalkEnd =
  | { readonly kind: 'arrived'; readonly ns: string }
  /** The kernel finds no route; or it has one, but takes no packet from this source on the interface where it came in. */
  | { readonly kind: 'no-route'; readonly ns: string; readonly inDev: string | undefined; readonly isForged: boolean }
  | { readonly kind: 'no-owner'; readonly ns: string; readonly dev: string; readonly next: string }
  /** A machine has the address, but not where the packet is sent. */
  | {
      readonly kind: 'no-cable';
      readonly ns: string;
      readonly dev: string;
      readonly next: string;
      readonly owner: NetDevice;
    }
  | { readonly kind: 'loop'; readonly ns: string };

export interface Walk {
  readonly source: string | undefined;
  readonly destination: string;
  readonly hops: readonly Hop[];
  readonly end: WalkEnd;
  /** How many of the hops lead to another address, which is translated there. */
  readonly lead?: number;
}

export type RunCommands = (jobs: readonly CommandJob[]) => Promise<readonly JobResult[]>;

const MOST_HOPS = 32;

/** A packet that sets out. */
export interface Departure {
  /** The sender's namespace. */
  readonly ns: string;
  /** Undefined where the sender's kernel chooses it. */
  readonly source: string | undefined;
  readonly destination: string;
  /** Where it came in, of one that is under way. */
  readonly inDev?: string | undefined;
  /** Whether it goes on from there under that machine's own address. */
  readonly isMasqueraded?: boolean;
  /** Ends the walk early, where something else decides from there on. */
  readonly isThere?: (ns: string) => boolean;
}

/** What the kernel had when it was looked at, and a way to ask it more. */
export interface KernelAccess {
  readonly kernel: KernelView;
  readonly run: RunCommands;
}

export async function walk(
  { ns: start, source, destination, inDev: first, isMasqueraded = false, isThere = () => false }: Departure,
  { kernel, run }: KernelAccess,
): Promise<Walk> {
  const hops: Hop[] = [];
  let at: { readonly ns: string; readonly inDev: string | undefined } = { ns: start, inDev: first };
  let from = source;
  for (;;) {
    const { ns, inDev } = at;
    const finish = (end: WalkEnd): Walk => ({ source: from, destination, hops, end });
    if (isThere(ns)) return finish({ kind: 'arrived', ns });
    if (hops.length > MOST_HOPS || hops.some(hop => hop.ns === ns)) return finish({ kind: 'loop', ns });
    const [result] = await run([{ ns, argv: getRoute(destination, from, inDev) }]);
    const [route] = result?.code === 0 ? readRoutes(result.stdout) : [];
    if (!route?.dev)
      return finish({ kind: 'no-route', ns, inDev, isForged: await looksForged(at, from, destination, run) });
    from ??= route.prefsrc;
    if (route.type === 'local') return finish({ kind: 'arrived', ns });
    const step = stepOn(ns, route, destination, kernel);
    if ('kind' in step) return finish(step);
    hops.push({ ns, inDev, ...step });
    if (isMasqueraded && hops.length === 1) from = await ownSource(ns, destination, run);
    const last = step.cable.at(-1);
    at = { ns: last?.ns ?? ns, inDev: last?.dev };
  }
}

async function ownSource(ns: string, destination: string, run: RunCommands): Promise<string | undefined> {
  const [result] = await run([{ ns, argv: getRoute(destination, undefined, undefined) }]);
  const [route] = result?.code === 0 ? readRoutes(result.stdout) : [];
  return route?.prefsrc;
}

/** For a packet that came in, the kernel also looks at forwarding and at the way back to its source (rp_filter). */
export function getRoute(to: string, from: string | undefined, inDev: string | undefined): string[] {
  const family = parseIp(to)?.family ?? 4;
  return [
    ...['ip', `-${family}`, '-j', 'route', 'get', to],
    ...(from === undefined ? [] : ['from', from]),
    ...(inDev === undefined || from === undefined ? [] : ['iif', inDev]),
  ];
}

/**
 * Whether the kernel would send there by itself what it does not pass on, and its way back to the source does not lead through
 * the interface. Where it does, a rule is why: for both the kernel says "Invalid argument".
 */
async function looksForged(
  { ns, inDev }: { readonly ns: string; readonly inDev: string | undefined },
  source: string | undefined,
  destination: string,
  run: RunCommands,
): Promise<boolean> {
  if (inDev === undefined || source === undefined) return false;
  const questions = [destination, source].map(to => ({ ns, argv: getRoute(to, undefined, undefined) }));
  const [there, back] = await run(questions);
  const [way] = back?.code === 0 ? readRoutes(back.stdout) : [];
  return there?.code === 0 && way?.dev !== inDev;
}

type Egress = Pick<Hop, 'outDev' | 'next' | 'mtu' | 'cable'>;

function stepOn(ns: string, route: RouteAnswer, destination: string, kernel: KernelView): Egress | WalkEnd {
  const dev = route.dev ?? '';
  const next = route.gateway ?? destination;
  const owners = kernel.owners(next).filter(owner => owner.ns !== ns);
  const [owner] = owners;
  if (!owner) return { kind: 'no-owner', ns, dev, next };
  const ways = kernel.reach({ ns, dev });
  const cable = ways.find(way => owners.some(one => one.ns === way.at(-1)?.ns));
  if (!cable) return { kind: 'no-cable', ns, dev, next, owner };
  const mtu = route.metrics?.find(metric => metric.mtu !== undefined)?.mtu;
  return { outDev: dev, next, mtu, cable };
}
