/** Traffic control at an interface's root. */

import { BY_TC } from './batching.ts';
import type { Command } from './command.ts';
import { devToken, type KindSpec, PHASES } from './kind.ts';

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

type Place = Pick<Qdisc, 'ns' | 'dev'>;

function command({ ns, dev }: Place, verb: string, ...words: string[]): Command {
  return { ns, argv: ['tc', 'qdisc', verb, 'dev', dev, 'root', ...words] };
}

/** The bucket holds 10 ms of the rate, and never less than a full packet with room for segmentation offload. */
function tbfWords(rate: number): string[] {
  const burst = Math.max(Math.ceil(rate / 8 / 100), 32 * 1024);
  return ['tbf', 'rate', `${rate}bit`, 'burst', String(burst), 'latency', '50ms'];
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

const remove = (place: Place) => [command(place, 'del')];
const turn = (operation: string) => ({
  phase: operation === 'delete' ? PHASES.deleteInside : PHASES.shaping,
  rank: 0,
});

/** The kernel keeps times in ticks and a share as a fraction of 2³²: what is read back differs by rounding. */
function near(a: number | undefined, b: number | undefined): boolean {
  return Math.abs((a ?? 0) - (b ?? 0)) <= Math.max(a ?? 0, b ?? 0) * 1e-3;
}

export const qdiscKind: KindSpec<Qdisc> = {
  key: ({ ns, dev, type }) => `qdisc ${ns} ${dev} ${type}`,
  same: (observed, wanted) =>
    near(observed.rate, wanted.rate) &&
    near(observed.delay, wanted.delay) &&
    near(observed.jitter, wanted.jitter) &&
    near(observed.loss, wanted.loss),
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  gives: () => [],
  turn,
  batching: () => BY_TC,
  add: qdisc => set('add', qdisc),
  change: qdisc => set('replace', qdisc),
  delete: remove,
  label: ({ type, dev }) => `${type} on ${dev}`,
};

export const foreignQdiscKind: KindSpec<ForeignQdisc> = {
  key: ({ ns, dev, type }) => `foreign-qdisc ${ns} ${dev} ${type}`,
  same: () => true,
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  gives: () => [],
  turn,
  batching: () => BY_TC,
  add: qdisc => [command(qdisc, 'add', qdisc.type)],
  change: () => [],
  delete: remove,
  label: ({ type, dev }) => `${type} on ${dev}`,
};
