/**
 * Why an attempt came out otherwise than expected: the way there and back is walked in the kernel as it is, and the
 * attempt made once more to see which rules it meets.
 */
import { formatIp, parseIp } from '../address/address.ts';
import type { Probe, ProbeResult, Sandbox } from '../sandbox/sandbox.ts';
import { type Cause, duplicateCauses, inspect, narrowCauses, shapers } from './causes.ts';
import { concerning } from './concern.ts';
import type { ExplainContext, Explainer, ExplainRequest } from './explainer.ts';
import { type FailedAttempt, gotThroughAgainstWish } from './failed-attempt.ts';
import type { Frontend, FrontendBackend } from './frontend.ts';
import { destinationOf, isBlocking, isTranslating, type MetRule } from './met-rules.ts';
import { nftCauses } from './nft-causes.ts';
import { findBackend, type Repeated, repeat } from './repeat.ts';
import {
  blockerCauses,
  changerCauses,
  findLostRules,
  isLostTranslation,
  lostCause,
  metCause,
  ownBlockerCauses,
  translatorCauses,
} from './rule-causes.ts';
import { serverCauses } from './server-causes.ts';
import { findTrips, walksOf } from './trips.ts';
import type { Hop, Walk } from './walk.ts';
import { causesOn } from './way-causes.ts';

export interface Explaining extends ExplainContext {
  readonly probe: Sandbox['probe'];
  /** What features know of it. */
  readonly explainers: readonly Explainer[];
}

const MOST_CAUSES = 4;

/** Lines for people; what is most likely the reason comes first. */
export async function explain(attempt: FailedAttempt, context: Explaining): Promise<string[]> {
  if (attempt.fault === 'content') return explainFurther(attempt, undefined, context);
  if (attempt.fault === 'no-server') return explainNoServer(attempt, context);
  const routes = await findTrips(attempt, context);
  const repeated = isUneven(attempt) ? undefined : await repeatFor(attempt, routes.flatMap(walksOf), context);
  const hit =
    repeated &&
    findBackend(
      routes.flatMap(({ backend }) => backend ?? []),
      repeated,
    );
  const sentOn = attempt.frontend || !repeated ? undefined : findSentOn(repeated, context);
  if (sentOn) return explain({ ...attempt, frontend: sentOn }, context);
  const trip = routes.find(({ backend }) => hit !== undefined && backend === hit) ?? routes[0];
  if (!trip) return [];
  const own = await ownCauses(attempt, trip.there, { backend: hit, met: repeated?.met ?? [] }, context);
  if (!repeated) return describe(own, undefined, attempt);
  const walks = walksOf(trip);
  const way = walks.map((one, index) => describeWay(index === 0 ? 'way there' : 'way back', one, context));
  if (gotThroughAgainstWish(attempt))
    return [...way, ...(own.length > 0 ? describeCauses(own) : [describeFreeWay(repeated.met)])];
  // A rule of the lab's that blocks is told of by its feature, or follows from what that has found.
  const isTold = (rule: MetRule) => own.length > 0 && isBlocking(rule) && context.isWanted(rule);
  const others = { ...repeated, met: repeated.met.filter(rule => !isTold(rule)) };
  const causes = await causesOf(attempt, walks, others, context);
  if (own.length + causes.length > 0) return [...way, ...describe([...own, ...causes], repeated.again, attempt)];
  const further = await explainFurther(attempt, hit, context);
  if (further.length > 0) return [...way, ...further];
  const server = await serverCauses(attempt, hit, repeated, context);
  return [...way, ...describe(server, repeated.again, attempt)];
}

async function repeatFor(attempt: FailedAttempt, walks: readonly Walk[], context: Explaining): Promise<Repeated> {
  const { lab, directory } = context;
  const { met, again } = await repeat(attempt, namespacesOf(walks), context);
  const keys = [directory.keyOf(attempt.probe.from), ...lab.nodes.map(({ key }) => key)];
  const own = keys.flatMap(key => directory.get(key)?.addresses ?? []).map(({ host }) => formatIp(host.ip));
  return { met: concerning(met, attempt.probe, attempt.frontend, own), again };
}

/** Whom the lab's own rules have sent it to, as for a host port: an address that they answer for. */
function findSentOn({ met, again }: Repeated, { directory, isWanted }: Explaining): Frontend | undefined {
  if (again?.verdict === 'open') return undefined;
  // A Service's are met by whoever asks that Service.
  const own = met.filter(rule => !rule.chain.startsWith('KUBE-') && isWanted(rule));
  const backends = own.flatMap(rule => {
    const { address = '', port = null } = destinationOf(rule) ?? {};
    const entry = directory.ownerOf(address)?.entry;
    return entry ? [{ key: entry.key, ns: entry.ns, address, port, ready: true, meant: true }] : [];
  });
  return backends.length === 0 ? undefined : { feature: '', key: '', backends, isWhole: true, whySpread: undefined };
}

/** The first of what the answer depends on besides that fails too. */
async function explainFurther(
  attempt: FailedAttempt,
  backend: FrontendBackend | undefined,
  context: Explaining,
): Promise<string[]> {
  const question = { attempt, nodes: [], backend, met: [] };
  const probes = context.explainers.flatMap(({ findFurther }) => findFurther?.(question, context) ?? []);
  const results = await context.probe(probes);
  for (const [index, probe] of probes.entries()) {
    const result = results[index];
    if (!result || (result.verdict === 'open' && !result.listener)) continue;
    const fault = result.verdict === 'open' ? 'no-server' : 'verdict';
    const { directory } = context;
    const way = `it depends on: ${directory.keyOf(probe.from)} → ${directory.keyOf(probe.to ?? probe.address)}, port ${probe.port}`;
    return [way, ...(await explain({ probe, result, expect: 'reachable', fault, frontend: undefined }, context))];
  }
  return [];
}

const isUneven = ({ fault, result }: FailedAttempt) => fault === 'backends' && result.received >= result.sent;

async function causesOf(
  { fault, probe, result, frontend }: FailedAttempt,
  walks: readonly Walk[],
  { met }: Repeated,
  context: Explaining,
): Promise<readonly Cause[]> {
  if (fault === 'source' && result.arrived !== false)
    return met.filter(isTranslating).map(rule => metCause(rule, 'rewrites its addresses', context));
  if (fault === 'measure') return walks.flatMap(way => shapers(way, context));
  return findCauses(walks, met, probe, frontend, context);
}

/** What the features have to do with it. */
async function ownCauses(
  attempt: FailedAttempt,
  there: Walk,
  seen: Pick<ExplainRequest, 'backend' | 'met'>,
  context: Explaining,
): Promise<Cause[]> {
  const own = new Set(context.lab.nodes.flatMap(({ external, ns }) => (external ? [] : [ns])));
  const onWay = [...there.hops.map(({ ns }) => ns), there.end.ns].filter(ns => own.has(ns));
  const question = { attempt, nodes: [...new Set(onWay)], ...seen };
  const found = await Promise.all(context.explainers.map(({ findCauses }) => findCauses(question, context)));
  return found.flat();
}

/** Those of bridges on the way too: with br_netfilter their rules see what goes from one port to another. */
function namespacesOf(walks: readonly Walk[]): string[] {
  const onHops = ({ ns, cable }: Hop) => [ns, ...cable.map(device => device.ns)];
  return [...new Set(walks.flatMap(({ hops, end }) => [...hops.flatMap(onHops), end.ns]))];
}

async function findCauses(
  walks: readonly Walk[],
  met: readonly MetRule[],
  probe: Probe,
  frontend: Frontend | undefined,
  context: Explaining,
): Promise<readonly Cause[]> {
  const lost = await findLostRules(namespacesOf(walks), parseIp(probe.address)?.family ?? 4, context);
  const rules = blockerCauses(met, lost, context);
  // These have been seen, and those have no counters.
  const others = rules.length > 0 ? { sure: [], possible: [] } : await nftCauses(walks, probe, frontend, context);
  const [there = [], back = []] = await Promise.all(
    walks.map((one, index) => causesOn(one, index === 1, probe, context)),
  );
  // What nobody translates any more finds no way back.
  const untranslated = back.length > 0 && there.length === 0 ? lost.filter(isLostTranslation) : [];
  const ways = untranslated.length > 0 ? untranslated.map(one => lostCause(one, context)) : withoutEcho(there, back);
  const found = [...rules, ...others.sure, ...duplicateCauses(probe, context), ...ways];
  const told = [...found, ...translatorCauses(met, context)];
  if (told.length > 0) return told;
  const byHand = [...others.possible, ...changerCauses(met, context), ...lost.map(one => lostCause(one, context))];
  if (byHand.length > 0) return byHand;
  const slow = walks.flatMap(way => shapers(way, context, context.isShaped));
  if (slow.length > 0) return slow;
  const own = ownBlockerCauses(met, context);
  // Small packets get through: the connection stands, and what is sent on it gets lost.
  return own.length > 0 || probe.protocol !== 'http' ? own : walks.flatMap(way => narrowCauses(way, context)).slice(-1);
}

/** What is wrong in both directions is said once. */
function withoutEcho(there: readonly Cause[], back: readonly Cause[]): Cause[] {
  const said = new Set(there.map(({ text }) => text));
  const further = back.filter(({ text }) => !said.has(text));
  return [...there, ...further.map(({ text, command }) => ({ text: `on the way back, ${text}`, command }))];
}

function describeWay(title: string, { hops, end }: Walk, { directory }: ExplainContext): string {
  const keys = hops.map(({ ns, outDev }) => `${directory.keyOf(ns)} (${outDev})`);
  const last =
    end.kind === 'no-owner' || end.kind === 'no-cable'
      ? `${directory.keyOf(end.ns)} (${end.dev})`
      : directory.keyOf(end.ns);
  return `${title}: ${[...keys, last].join(' → ')}${end.kind === 'arrived' ? '' : ' ✗'}`;
}

function describeFreeWay(met: readonly MetRule[]): string {
  const rules = met.map(({ rule }) => rule);
  if (rules.length === 0) return 'culprit: no iptables rule on the way stops it';
  return `culprit: no rule on the way stops it; it met ${rules.slice(0, MOST_CAUSES).join('; ')}`;
}

function explainNoServer({ probe, result, frontend }: FailedAttempt, { directory }: Explaining): string[] {
  const isUdp = probe.protocol === 'udp';
  const opened = new Set(result.seen.flatMap(one => (one?.listener ? [one.ns] : [])));
  const behind = frontend?.backends.filter(({ ns }) => opened.has(ns)) ?? [];
  const all = frontend ? behind : [{ ns: probe.to ?? probe.from, port: probe.port }];
  return all.slice(0, MOST_CAUSES).flatMap(({ ns, port }) => {
    const key = directory.keyOf(ns);
    return [
      `culprit: nothing listens on ${isUdp ? 'udp' : 'tcp'} port ${port} of ${key}`,
      `look with: ${inspect(key, `ss -ln${isUdp ? 'u' : 't'}`)}`,
    ];
  });
}

function describe(
  causes: readonly Cause[],
  again: ProbeResult | undefined,
  { expect, fault }: FailedAttempt,
): string[] {
  const lines = describeCauses(causes);
  const passes = expect === 'reachable' && fault === 'verdict' && again?.verdict === 'open';
  if (lines.length > 0) return passes ? [...lines, 'note: it got through when it was repeated'] : lines;
  if (passes) return ['note: it got through when it was repeated'];
  if (fault === 'backends') return [NOTHING_UNEVEN];
  return [fault === 'verdict' ? NOTHING_FOUND : NOTHING_SHAPED];
}

function describeCauses(causes: readonly Cause[]): string[] {
  const once = [...new Map(causes.map(cause => [cause.text, cause])).values()].slice(0, MOST_CAUSES);
  return once.flatMap(({ text, notes = [], command }) => [
    `culprit: ${text}`,
    ...notes.map(note => `note: ${note}`),
    `look with: ${command}`,
  ]);
}

const NOTHING_FOUND =
  'nothing on the way explains it: addresses, routes, neighbours, interfaces and rules are as they should be';
const NOTHING_UNEVEN = "nothing explains it: its endpoints are ready, and kube-proxy's rules are as they should be";
const NOTHING_SHAPED = 'nothing on the way explains it: no rule rewrites it, and no interface is slowed down';
