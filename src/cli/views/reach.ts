/** Who reaches whom, as `reach` shows it: a table that people can read, or JSON. */

import { targetNames } from '../../check/frontends.ts';
import { fullName, isReached, type Mark, markOf } from '../../check/reach-matrix.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import type { Sending } from '../../language/lab/sending.ts';
import type { ReachResult } from '../../lifecycle/reach.ts';
import type { ProbeResult } from '../../sandbox/sandbox.ts';
import type { Paint } from '../paint.ts';
import { COLUMNS } from './columns.ts';
import { count } from './count.ts';
import { LOOKS, signOf } from './marks.ts';
import { whyJson } from './why.ts';

/** A line for each probe: ten thousand of them are still read by people. */
export function reachJson({ pairs, lab, directory }: ReachResult): string {
  const machines = [...lab.nodes, ...lab.pods];
  const names = new Map([...machines.map(({ key }) => [key, fullName(key, lab)] as const), ...targetNames(lab)]);
  const lines = pairs.map(({ from, to, probe, result, reason: why }) => {
    const { verdict, sourceIP, reason, by, arrived, listener, seen } = result;
    const ns = seen[0]?.ns ?? '';
    const receiver = directory.get(to)?.ns === ns ? to : directory.keyOf(ns);
    return JSON.stringify({
      from: names.get(from.key) ?? from.key,
      to: names.get(to) ?? to,
      ...{ protocol: probe.protocol, port: probe.port, reachable: isReached(result), verdict, sourceIP },
      ...{ receiver: receiver === '' ? null : (names.get(receiver) ?? receiver) },
      ...{ address: probe.address, reason, by, arrived, listener },
      ...(why ? { why: whyJson(why) } : {}),
    });
  });
  return lines.length === 0 ? '{"probes":[]}\n' : `{"probes":[\n${lines.join(',\n')}\n]}\n`;
}

/** What was tried at several ports has a table for each, and one for all that look alike. */
export function reachText(reached: ReachResult, paint: Paint): string {
  const { lab, from, to, sendings, pairs } = reached;
  if (pairs.length === 0) return '';
  const names = targetNames(lab);
  const alike = new Map<string, { readonly marks: Marks; readonly sendings: Sending[] }>();
  for (const sending of sendings) {
    const marks = marksOf(sending, reached);
    const known = alike.get(marks.join(';'));
    if (known) known.sendings.push(sending);
    else alike.set(marks.join(';'), { marks, sendings: [sending] });
  }
  const tables = [...alike.values()].map(one => ({
    title: sendings.length === 1 ? undefined : sendingsInWords(one.sendings),
    marks: one.marks,
  }));
  const columns = to.map(target => escapeControls(names.get(target) ?? target));
  return drawMatrices(from.map(escapeControls), columns, tables, paint);
}

/** Of each of `from` a line, with a mark for each of `to`. */
type Marks = readonly (readonly Mark[])[];

function marksOf({ protocol, port }: Sending, { from, to, pairs, directory }: ReachResult): Marks {
  const results = new Map<string, ProbeResult[]>();
  for (const { from: sender, to: target, probe, result } of pairs) {
    if (probe.protocol !== protocol || probe.port !== port) continue;
    const key = `${sender.key} ${target}`;
    results.set(key, [...(results.get(key) ?? []), result]);
  }
  return from.map(key => {
    const entry = directory.get(key);
    return to.map(target => (entry ? markOf(results.get(`${key} ${target}`) ?? [], entry, directory) : 'not asked'));
  });
}

/** `tcp 80, 8000-8010; udp 53` */
export function sendingsInWords(sendings: readonly Sending[]): string {
  const protocols = [...new Set(sendings.map(({ protocol }) => protocol))];
  const words = protocols.map(protocol => {
    const ports = sendings.flatMap(one => (one.protocol === protocol && one.port !== null ? [one.port] : []));
    return [protocol, rangesOf(ports.sort((a, b) => a - b)).join(', ')].join(' ').trim();
  });
  return words.join('; ');
}

function rangesOf(ports: readonly number[]): string[] {
  const begins = ports.filter((port, index) => port - 1 !== ports[index - 1]);
  const ends = ports.filter((port, index) => port + 1 !== ports[index + 1]);
  return begins.map((first, index) => (first === ends[index] ? `${first}` : `${first}-${ends[index]}`));
}

export function reachSummary({ pairs }: ReachResult): string {
  const open = pairs.filter(({ result }) => isReached(result)).length;
  if (pairs.length === 0) return 'nobody to ask about';
  return `${open} of ${count(pairs.length, 'probe')} reachable`;
}

/** The legend is for all of them. */
export function drawMatrices(
  rows: readonly string[],
  columns: readonly string[],
  tables: readonly { readonly title: string | undefined; readonly marks: Marks }[],
  paint: Paint,
): string {
  const used = new Set(tables.flatMap(({ marks }) => marks.flat()));
  const legend = (Object.keys(LOOKS) as Mark[])
    .filter(kind => used.has(kind) && kind !== 'not asked')
    .map(kind => `${signOf(kind, paint)} ${LOOKS[kind].meaning}`);
  const blocks = tables.map(({ title, marks }) => [
    ...(title === undefined ? [] : [`${title}:`]),
    ...drawMatrix(rows, columns, marks, paint),
  ]);
  return `${[...blocks, ...(legend.length === 0 ? [] : [legend])].map(lines => lines.join('\n')).join('\n\n')}\n`;
}

function drawMatrix(rows: readonly string[], columns: readonly string[], marks: Marks, paint: Paint): string[] {
  const left = Math.max(...rows.map(name => name.length), 0);
  // Names above stand upright where they would make the table too wide.
  const isUpright = columns.reduce((sum, name) => sum + name.length + 2, left) > COLUMNS;
  const widths = columns.map(name => (isUpright ? 1 : name.length));
  const toLine = (name: string, cells: readonly string[]) =>
    [name.padEnd(left), ...cells].join(isUpright ? ' ' : '  ').trimEnd();
  const above = (isUpright ? upright(columns) : [columns]).map(names =>
    toLine(
      '',
      names.map((name, column) => name.padEnd(widths[column] ?? 1)),
    ),
  );
  const toCell = (kind: Mark, column: number) => signOf(kind, paint) + ' '.repeat((widths[column] ?? 1) - 1);
  return [...above, ...rows.map((name, row) => toLine(name, marks[row]?.map(toCell) ?? []))];
}

/** One line for each letter of the longest name, with the names' ends at the bottom. */
function upright(names: readonly string[]): string[][] {
  const height = Math.max(...names.map(name => name.length), 0);
  return Array.from({ length: height }, (_, line) => names.map(name => name.padStart(height)[line] ?? ' '));
}
