/** Which rules of nftables on a way may be why nothing gets through: the kernel's rulesets are asked for with `nft`. */
import { parseIp } from '../address/address.ts';
import type { Probe } from '../sandbox/sandbox.ts';
import type { NamedAccess } from './bridge-ports.ts';
import { type Cause, inspect } from './causes.ts';
import type { Frontend } from './frontend.ts';
import { type Blocker, findBlockers, type Passage, POLICY, readTables } from './nft.ts';
import type { NftRange, Packet } from './nft-match.ts';
import type { Walk } from './walk.ts';

export interface NftCauses {
  /** Those that block it for certain. */
  readonly sure: readonly Cause[];
  /** Those of which it is not known whether the packet meets them. */
  readonly possible: readonly Cause[];
}

/** The kernel takes the ports of connections from here, unless it is set otherwise. */
const EPHEMERAL: NftRange = [32_768, 60_999];

export async function nftCauses(
  walks: readonly Walk[],
  probe: Probe,
  frontend: Frontend | undefined,
  { run, directory }: NamedAccess,
): Promise<NftCauses> {
  const visits = walks.flatMap((walk, index) =>
    [...visitsOf(walk), ...bridgesOf(walk)].map(visit => ({
      ...visit,
      packet: packetOf(walk, index === 1, probe, portsAt(visit.ns, probe, frontend)),
    })),
  );
  const rulesets = await readRulesets([...new Set(visits.map(({ ns }) => ns))], run);
  const found = visits.flatMap(({ ns, packet, ...passage }) =>
    (rulesets.get(ns) ?? [])
      .flatMap(text => findBlockers(text, packet, passage))
      .map(blocker => ({
        isSure: blocker.isSure,
        cause: toCause(directory.keyOf(ns), blocker, packet.isReply),
      })),
  );
  const pick = (isSure: boolean) => withoutEcho(found.filter(one => one.isSure === isSure).map(({ cause }) => cause));
  return { sure: pick(true), possible: pick(false) };
}

/** What each table prints. Those that only translate are left out: there kube-proxy may have a hundred thousand rules. */
async function readRulesets(
  inside: readonly string[],
  run: NamedAccess['run'],
): Promise<Map<string, readonly string[]>> {
  const lists = await run(inside.map(ns => ({ ns, argv: ['nft', '-j', 'list', 'tables'] })));
  const jobs = inside.flatMap((ns, index) =>
    readTables(lists[index]?.stdout ?? '').flatMap(({ family, name }) =>
      name === 'nat' ? [] : [{ ns, argv: ['nft', '-j', 'list', 'table', family, name] }],
    ),
  );
  const answers = await run(jobs);
  const rulesets = new Map<string, readonly string[]>();
  for (const [index, { ns }] of jobs.entries())
    rulesets.set(ns, [...(rulesets.get(ns) ?? []), answers[index]?.stdout ?? '']);
  return rulesets;
}

/** Where others answer, before and after the translation; at one of them it is its own. */
function portsAt(ns: string, probe: Probe, frontend: Frontend | undefined): NftRange[] {
  const backends = frontend?.backends ?? [];
  const own = backends.filter(backend => backend.ns === ns);
  const ports = own.length > 0 ? own.map(({ port }) => port) : [probe.port, ...backends.map(({ port }) => port)];
  return [...new Set(ports)].flatMap((port): NftRange[] => (port === null ? [] : [[port, port]]));
}

function packetOf({ source, destination }: Walk, isReply: boolean, probe: Probe, served: readonly NftRange[]): Packet {
  const far = isReply ? source : destination;
  const near = isReply ? destination : source;
  const theirs = [...new Set([probe.address, ...(far === undefined ? [] : [far])])];
  const ours = near === undefined ? [] : [near];
  return {
    family: parseIp(probe.address)?.family ?? 4,
    protocol: probe.protocol === 'http' ? 'tcp' : probe.protocol,
    isReply,
    ...(isReply
      ? { sources: theirs, destinations: ours, sourcePorts: served, destinationPorts: [EPHEMERAL] }
      : { sources: ours, destinations: theirs, sourcePorts: [EPHEMERAL], destinationPorts: served }),
  };
}

interface Visit extends Passage {
  readonly ns: string;
}

const PASSED_ON = new Set(['ingress', 'prerouting', 'forward', 'postrouting']);
const SENT = new Set(['output', 'postrouting']);
const TAKEN = new Set(['ingress', 'prerouting', 'input']);

function visitsOf(walk: Walk): Visit[] {
  const { hops, end } = walk;
  const at = (ns: string, hooks: ReadonlySet<string>) => ({ ns, hooks, isBridged: false, devs: devsIn(ns, walk) });
  const on = hops.map(({ ns, inDev }) => at(ns, inDev === undefined ? SENT : PASSED_ON));
  return [...on, at(end.ns, end.kind === 'arrived' ? TAKEN : PASSED_ON)];
}

const EVERYWHERE = new Set([...PASSED_ON, ...SENT, ...TAKEN]);

/** Where a frame may go through a bridge. */
function bridgesOf(walk: Walk): Visit[] {
  const inside = new Set(walk.hops.flatMap(({ cable }) => cable.map(({ ns }) => ns)));
  return [...inside].map(ns => ({ ns, hooks: EVERYWHERE, isBridged: true, devs: devsIn(ns, walk) }));
}

const devsIn = (ns: string, { hops }: Walk) =>
  new Set(hops.flatMap(({ cable }) => cable.flatMap(device => (device.ns === ns ? [device.dev] : []))));

/** What blocks both ways is said once. */
function withoutEcho(causes: readonly Cause[]): Cause[] {
  const there = new Set(causes.map(({ command, text }) => `${command} ${text}`));
  return causes.filter(
    ({ command, text }) => !text.startsWith(BACK) || !there.has(`${command} ${text.slice(BACK.length)}`),
  );
}

const BACK = 'on the way back, ';

function toCause(key: string, { family, table, chain, rule, isSure }: Blocker, isReply: boolean): Cause {
  const named = `the nft ${rule === POLICY ? rule : `rule "${rule}"`} of ${key} (table ${family} ${table}, chain ${chain})`;
  const text = `${named} ${isSure ? 'blocks it' : 'may block it'}`;
  return {
    text: isReply ? `${BACK}${text}` : text,
    command: inspect(key, `nft list chain ${family} ${table} ${chain}`),
  };
}
