/**
 * Why an attempt came out otherwise than expected: the way there and back is walked in the kernel as it is, and the
 * attempt made once more to see which rules it meets.
 */
import { parseIp } from '../address/address.ts';
import type { Frontend } from '../check/frontends.ts';
import { readNeighbours } from '../check/kernel-text.ts';
import type { Trouble } from '../check/verdict.ts';
import type { Probe, ProbeResult, Sandbox } from '../sandbox/sandbox.ts';
import { endFaults } from './ends.ts';
import { nftFaults } from './nft-faults.ts';
import { portFaults } from './ports.ts';
import { findMet, isBlocking, isTranslating, type MetRule } from './rules.ts';
import { type ServiceSurroundings, serviceFaults } from './service.ts';
import {
  duplicateFaults,
  inspect,
  missingAddresses,
  mtuFaults,
  neighbourFaults,
  plugFaults,
  type Suspect,
  shapers,
} from './suspects.ts';
import { type Hop, type Walk, walk } from './walk.ts';

export interface Explaining extends ServiceSurroundings {
  readonly probe: Sandbox['probe'];
}

const MOST_SUSPECTS = 4;

/** Lines for people; what is most likely the reason comes first. */
export async function explain(trouble: Trouble, around: Explaining): Promise<string[]> {
  if (trouble.fault === 'content') return [];
  if (trouble.fault === 'no-server') return explainNoServer(trouble, around);
  const { probe, result } = trouble;
  const there = await walkThere(trouble, around);
  if (trouble.fault === 'backends' && result.received >= result.sent)
    return describe(await ownFaults(trouble, [there], around), undefined, trouble);
  // What no endpoint is there for ends at the node, and is answered by it.
  const isRefused = trouble.frontend !== undefined && there.destination === probe.address;
  const back = isRefused ? undefined : await walkBack(there, probe, result, around);
  const walks = back ? [there, back] : [there];
  const { met, again } = await tryAgain(probe, namespacesOf(walks), around);
  const way = back
    ? [describeWay('way there', there, around), describeWay('way back', back, around)]
    : [describeWay('way there', there, around)];
  if (trouble.expect !== 'reachable' && result.verdict === 'open') return [...way, describeFreeWay(met)];
  const own = await ownFaults(trouble, walks, around);
  const suspects = [...own, ...(await suspectsOf(trouble, walks, met, around))];
  return [...way, ...describe(suspects, again, trouble)];
}

async function suspectsOf(
  { fault, probe, result, frontend }: Trouble,
  walks: readonly Walk[],
  met: readonly MetRule[],
  around: Explaining,
): Promise<readonly Suspect[]> {
  if (fault === 'source' && result.arrived !== false)
    return met.filter(isTranslating).map(rule => toSuspect(rule, 'rewrites its addresses', around));
  if (fault === 'measure') return walks.flatMap(way => shapers(way, around));
  return findSuspects(walks, met, probe, frontend, around);
}

/** To a Service: as far as the first node, whose rules send it on, and from there to one of those behind it. */
async function walkThere({ probe, result, frontend }: Trouble, { lab, sight, run }: Explaining): Promise<Walk> {
  const nodes = new Set(lab.nodes.flatMap(({ external, ns }) => (external ? [] : [ns])));
  const first = await walk(
    probe.from,
    undefined,
    probe.address,
    sight,
    run,
    ns => frontend !== undefined && nodes.has(ns),
  );
  const seen = result.seen.find(one => one !== null)?.ns;
  const meant = frontend?.backends.filter(({ ready, meant: isMeant }) => ready && isMeant !== false) ?? [];
  const backend = meant.find(({ ns }) => ns === seen) ?? meant[0];
  if (!backend || first.end.kind !== 'arrived') return first;
  const rest = await walk(first.end.ns, undefined, backend.address, sight, run);
  return { ...rest, source: first.source, hops: [...first.hops, ...rest.hops] };
}

/** What a Service has to do with it. */
async function ownFaults(trouble: Trouble, [there]: readonly Walk[], around: Explaining): Promise<Suspect[]> {
  if (!trouble.frontend || !there) return [];
  const own = new Set(around.lab.nodes.flatMap(({ external, ns }) => (external ? [] : [ns])));
  const onWay = [...there.hops.map(({ ns }) => ns), there.end.ns].find(ns => own.has(ns));
  return serviceFaults(trouble, trouble.frontend, onWay === undefined ? [] : [onWay], around);
}

/** Nothing comes back where nothing arrives, but a lab without a way back needs no second look to be understood. */
async function walkBack(there: Walk, { to }: Probe, { sourceIP }: ProbeResult, { sight, run }: Explaining) {
  const end = there.end.kind === 'arrived' ? there.end.ns : to;
  const source = sourceIP ?? there.source;
  return end === null || source === undefined ? undefined : walk(end, there.destination, source, sight, run);
}

/** Those of bridges on the way too: with br_netfilter their rules see what goes from one port to another. */
function namespacesOf(walks: readonly Walk[]): string[] {
  const onHops = ({ ns, cable }: Hop) => [ns, ...cable.map(device => device.ns)];
  return [...new Set(walks.flatMap(({ hops, end }) => [...hops.flatMap(onHops), end.ns]))];
}

async function tryAgain(
  probe: Probe,
  namespaces: readonly string[],
  { run, probe: send, sight }: Explaining,
): Promise<{ readonly met: readonly MetRule[]; readonly again: ProbeResult | undefined }> {
  const family = parseIp(probe.address)?.family ?? 4;
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const ruled = namespaces.filter(ns => sight.hasRules(ns, family));
  const save = () => run(ruled.map(ns => ({ ns, argv: [`${tool}-save`, '-c'] })));
  const before = await save();
  const [again] = await send([probe]);
  const after = await save();
  const met = ruled.flatMap((ns, index) => findMet(ns, tool, before[index]?.stdout ?? '', after[index]?.stdout ?? ''));
  return { met, again };
}

async function findSuspects(
  walks: readonly Walk[],
  met: readonly MetRule[],
  probe: Probe,
  frontend: Frontend | undefined,
  around: Explaining,
): Promise<Suspect[]> {
  const rules = met
    .filter(isBlocking)
    .map(rule => toSuspect(rule, rule.target === 'DROP' ? 'drops it' : 'rejects it', around));
  // These have been seen, and those have no counters.
  const others = rules.length > 0 ? { sure: [], possible: [] } : await nftFaults(walks, probe, frontend, around);
  const ways = await Promise.all(walks.map((one, index) => faultsOn(one, index === 1, probe, around)));
  const changed = met.filter(isTranslating).map(rule => toSuspect(rule, 'rewrites its addresses', around));
  const found = [...rules, ...others.sure, ...duplicateFaults(probe, around), ...withoutEcho(ways)];
  return [...(found.length > 0 ? found : others.possible), ...changed];
}

async function faultsOn(way: Walk, isBack: boolean, probe: Probe, around: Explaining): Promise<Suspect[]> {
  const asked = way.hops.map(({ ns, next }) => ({ ns, argv: ['ip', '-j', 'neigh', 'show', 'to', next] }));
  const answers = await around.run(asked);
  const onHops = way.hops.flatMap((hop, index) => [
    ...plugFaults({ ns: hop.ns, dev: hop.outDev }, around),
    ...(hop.cable.at(-1) ? plugFaults(hop.cable.at(-1) ?? { ns: '', dev: '' }, around) : []),
    ...neighbourFaults(hop, readNeighbours(answers[index]?.stdout ?? ''), around),
  ]);
  const sender = way.hops[0]?.ns ?? way.end.ns;
  const missing = isBack ? [] : missingAddresses(around.places.keyOf(sender), around);
  const size = probe.size === undefined ? [] : mtuFaults(way, packetSize(probe, probe.size), around);
  return [...missing, ...onHops, ...(await portFaults(way, around)), ...endFaults(way, around), ...size];
}

/** What is wrong in both directions is said once. */
function withoutEcho([there = [], back = []]: readonly (readonly Suspect[])[]): Suspect[] {
  const said = new Set(there.map(({ text }) => text));
  const further = back.filter(({ text }) => !said.has(text));
  return [...there, ...further.map(({ text, command }) => ({ text: `on the way back, ${text}`, command }))];
}

const IP_HEADER = { 4: 20, 6: 40 } as const;
const HEADER = { icmp: 8, udp: 8, tcp: 20, http: 20 } as const;

const packetSize = ({ address, protocol }: Probe, size: number) =>
  size + IP_HEADER[parseIp(address)?.family ?? 4] + HEADER[protocol];

function toSuspect({ ns, tool, table, chain, rule }: MetRule, what: string, { places }: ServiceSurroundings): Suspect {
  const key = places.keyOf(ns);
  const named = rule.startsWith('-P ') ? `the policy ${rule}` : `the rule ${rule}`;
  return {
    text: `${named} of ${key} (table ${table}) ${what}: its counter grew when the attempt was repeated`,
    command: inspect(key, `${tool} -t ${table} -vnL ${chain}`),
  };
}

function describeWay(title: string, { hops, end }: Walk, { places }: ServiceSurroundings): string {
  const keys = hops.map(({ ns, outDev }) => `${places.keyOf(ns)} (${outDev})`);
  const last =
    end.kind === 'nobody' || end.kind === 'no-cable' ? `${places.keyOf(end.ns)} (${end.dev})` : places.keyOf(end.ns);
  return `${title}: ${[...keys, last].join(' → ')}${end.kind === 'arrived' ? '' : ' ✗'}`;
}

function describeFreeWay(met: readonly MetRule[]): string {
  const rules = met.map(({ rule }) => rule);
  if (rules.length === 0) return 'culprit: no iptables rule on the way stops it';
  return `culprit: no rule on the way stops it; it met ${rules.slice(0, MOST_SUSPECTS).join('; ')}`;
}

function explainNoServer({ probe, result, frontend }: Trouble, { places }: Explaining): string[] {
  const isUdp = probe.protocol === 'udp';
  const opened = new Set(result.seen.flatMap(one => (one?.listener ? [one.ns] : [])));
  const behind = frontend?.backends.filter(({ ns }) => opened.has(ns)) ?? [];
  const all = frontend ? behind : [{ ns: probe.to ?? probe.from, port: probe.port }];
  return all.slice(0, MOST_SUSPECTS).flatMap(({ ns, port }) => {
    const key = places.keyOf(ns);
    return [
      `culprit: nothing listens on ${isUdp ? 'udp' : 'tcp'} port ${port} of ${key}`,
      `look with: ${inspect(key, `ss -ln${isUdp ? 'u' : 't'}`)}`,
    ];
  });
}

function describe(suspects: readonly Suspect[], again: ProbeResult | undefined, { expect, fault }: Trouble): string[] {
  const once = [...new Map(suspects.map(suspect => [suspect.text, suspect])).values()].slice(0, MOST_SUSPECTS);
  const lines = once.flatMap(({ text, command }) => [`culprit: ${text}`, `look with: ${command}`]);
  const passes = expect === 'reachable' && fault === 'verdict' && again?.verdict === 'open';
  if (lines.length > 0) return passes ? [...lines, 'note: it got through when it was repeated'] : lines;
  if (passes) return ['note: it got through when it was repeated'];
  if (fault === 'backends') return [NOTHING_UNEVEN];
  return [fault === 'verdict' ? NOTHING_FOUND : NOTHING_SHAPED];
}

const NOTHING_FOUND =
  'nothing on the way explains it: addresses, routes, neighbours, interfaces and rules are as they should be';
const NOTHING_UNEVEN = "nothing explains it: its endpoints are ready, and kube-proxy's rules are as they should be";
const NOTHING_SHAPED = 'nothing on the way explains it: no rule rewrites it, and no interface is slowed down';
