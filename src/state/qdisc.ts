/** Traffic control at an interface's root. */

import { dumpRequest, NETLINK_ROUTE } from '../netlink/message.ts';
import { BY_TC } from './batching.ts';
import type { Command } from './command.ts';
import { always, type HostFeature, IPROUTE2, whenever } from './host-feature.ts';
import { devToken, type KindSpec, PHASES } from './kind.ts';
import { type CommandOutput, type Dump, hint, type SeenNamespace } from './question.ts';

/** Traffic control at the root of one interface: what happens to packets that leave. */
export interface Qdisc {
  readonly kind: 'qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: 'netem' | 'tbf';
  /** Bits a second. */
  readonly rate?: number;
  /** Microseconds. */
  readonly delay?: number;
  /** Microseconds. */
  readonly jitter?: number;
  /** Percent. */
  readonly loss?: number;
}

/** A qdisc of a kind netlab does not make; only ever observed. */
export interface ForeignQdisc {
  readonly kind: 'foreign-qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: string;
}

type QdiscId = Pick<Qdisc, 'ns' | 'dev'>;

function command({ ns, dev }: QdiscId, verb: string, ...words: string[]): Command {
  return { ns, argv: ['tc', 'qdisc', verb, 'dev', dev, 'root', ...words] };
}

/** tc makes a limit of bytes of bucket and latency, and what does not fit begins again at 0. */
const MOST_BYTES = 2 ** 32 - 1;
const LATENCY_US = 50_000;

/** The bucket holds 10 ms of the rate, and never less than a full packet with room for segmentation offload. */
function tbfWords(rate: number): string[] {
  const burst = Math.max(Math.ceil(rate / 8 / 100), 32 * 1024);
  const room = Math.floor((MOST_BYTES - burst) / (rate / 8 / 1e6));
  const latency = room < LATENCY_US ? `${room}us` : `${LATENCY_US / 1000}ms`;
  return ['tbf', 'rate', `${rate}bit`, 'burst', String(burst), 'latency', latency];
}

function netemWords({ rate, delay, jitter, loss }: Qdisc): string[] {
  return [
    'netem',
    ...(delay === undefined ? [] : ['delay', `${delay}us`, ...(jitter === undefined ? [] : [`${jitter}us`])]),
    ...(loss === undefined ? [] : ['loss', `${loss}%`]),
    ...(rate === undefined ? [] : ['rate', `${rate}bit`]),
  ];
}

function set(verb: string, qdisc: Qdisc): Command[] {
  return [command(qdisc, verb, ...(qdisc.type === 'tbf' ? tbfWords(qdisc.rate ?? 0) : netemWords(qdisc)))];
}

const remove = (qdisc: QdiscId) => [command(qdisc, 'del')];
const turn = (operation: string) => ({
  phase: operation === 'delete' ? PHASES.deleteInside : PHASES.shaping,
  rank: 0,
});

/** The kernel keeps times in ticks and a share as a fraction of 2³²: what is read back differs by rounding. */
function near(a: number | undefined, b: number | undefined): boolean {
  return Math.abs((a ?? 0) - (b ?? 0)) <= Math.max(a ?? 0, b ?? 0) * 1e-3;
}

const TC: HostFeature = {
  id: 'tc',
  title: 'tc',
  use: 'rate, delay, jitter and loss',
  argv: ['tc', 'qdisc', 'show'],
  package: 'iproute2',
};

function feature(id: string, title: string, use: string, words: readonly string[]): HostFeature {
  const argv = ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', id, ...words];
  return { id, title, use, argv, package: 'iproute2', module: `sch_${id}` };
}

const TBF = feature('tbf', 'token bucket', 'a rate by itself', ['rate', '1mbit', 'burst', '32k', 'latency', '50ms']);
const NETEM = feature('netem', 'netem', 'delay, jitter and loss', ['delay', '1ms']);

const RTM_GETQDISC = 38;
const TCMSG = 20;

/** The kernel's own choice has no handle; what a person adds always gets one. */
const HANDLES: Dump<number> = {
  ...{ by: 'dump', name: 'qdisc-handles', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETQDISC, Buffer.alloc(TCMSG)),
  decode: (bytes, start) => bytes.readUInt32LE(start + 8),
};

export interface QdiscDump {
  readonly kind: string;
  readonly dev: string;
  readonly root?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}

const QDISCS: CommandOutput<readonly QdiscDump[]> = {
  ...{ by: 'command', name: 'qdiscs', none: [], argv: ['tc', '-j', 'qdisc', 'show'] },
  hints: [hint(HANDLES, handles => handles.some(handle => handle !== 0))],
  read: stdout => JSON.parse(stdout) as QdiscDump[],
};

/** What veth pairs and bridges have by themselves. */
const DEFAULTS = new Set(['noqueue', 'noop']);

/** At the root; what hangs below is not looked at. */
const rootsOf = ({ answer }: SeenNamespace) =>
  answer(QDISCS).filter(({ root, kind }) => root === true && !DEFAULTS.has(kind));

function readQdiscs(seen: SeenNamespace): Qdisc[] {
  const { ns } = seen;
  return rootsOf(seen).flatMap(({ kind, dev, options = {} }): Qdisc[] => {
    if (kind === 'tbf') return [{ kind: 'qdisc', ns, dev, type: 'tbf', rate: number(options['rate']) * 8 }];
    return kind === 'netem' ? [readNetem(ns, dev, options)] : [];
  });
}

function readNetem(ns: string, dev: string, options: Readonly<Record<string, unknown>>): Qdisc {
  const delay = record(options['delay']);
  const rate = record(options['rate']);
  const loss = record(options['loss-random']);
  const positive = (key: string, value: number) => (value > 0 ? { [key]: value } : {});
  return {
    ...{ kind: 'qdisc', ns, dev, type: 'netem' },
    ...positive('delay', number(delay['delay']) * 1e6),
    ...positive('jitter', number(delay['jitter']) * 1e6),
    ...positive('loss', number(loss['loss']) * 100),
    ...positive('rate', number(rate['rate']) * 8),
  };
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const readForeign = (seen: SeenNamespace) =>
  rootsOf(seen).flatMap(({ kind: type, dev }): ForeignQdisc[] =>
    type === 'tbf' || type === 'netem' ? [] : [{ kind: 'foreign-qdisc', ns: seen.ns, dev, type }],
  );

export const qdiscKind: KindSpec<Qdisc> = {
  observing: { questions: [QDISCS], read: readQdiscs },
  key: ({ ns, dev, type }) => `qdisc ${ns} ${dev} ${type}`,
  same: (observed, wanted) =>
    near(observed.rate, wanted.rate) &&
    near(observed.delay, wanted.delay) &&
    near(observed.jitter, wanted.jitter) &&
    near(observed.loss, wanted.loss),
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  gives: () => [],
  turn,
  needsOfHost: whenever([TC, TBF, NETEM], ({ type }, id) => id === TC.id || id === type),
  batching: () => BY_TC,
  add: qdisc => set('add', qdisc),
  change: qdisc => set('replace', qdisc),
  delete: remove,
  label: ({ type, dev }) => `${type} on ${dev}`,
};

export const foreignQdiscKind: KindSpec<ForeignQdisc> = {
  observing: { questions: [QDISCS], read: readForeign },
  key: ({ ns, dev, type }) => `foreign-qdisc ${ns} ${dev} ${type}`,
  same: () => true,
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  gives: () => [],
  turn,
  needsOfHost: always(IPROUTE2),
  batching: () => BY_TC,
  add: qdisc => [command(qdisc, 'add', qdisc.type)],
  change: () => [],
  delete: remove,
  label: ({ type, dev }) => `${type} on ${dev}`,
};
