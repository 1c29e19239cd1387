/** Checks of a lab in, the lab file's checks with every default written out. */

import { ownValue } from '../../language/diagnostic/own-value.ts';
import type { CheckEntry } from '../../language/lab/generated/lab-file.ts';
import { plainNumber } from '../../language/lab/plain-number.ts';
import type { Sending } from '../../language/lab/sending.ts';
import { serviceOf } from '../services/model.ts';
import type { Backends, Check, MatrixCheck, MeasureBounds, ReachCheck } from './model.ts';

export function expandChecks(checks: readonly Check[]): { readonly checks?: Record<string, CheckEntry> } {
  if (checks.length === 0) return {};
  return { checks: Object.fromEntries(checks.map(check => [check.name, expandCheck(check)])) };
}

function expandCheck(check: Check): CheckEntry {
  return { ...expandContent(check), timeout: milliseconds(check.timeoutMs) };
}

function expandContent(check: Check): CheckEntry {
  switch (check.kind) {
    case 'reach':
      return expandReach(check);
    case 'matrix':
      return { matrix: writeTable(check), ...expandSending(check) };
    case 'name': {
      const { from, hostName, answers, expect } = check;
      return { from: oneOrList(from), name: hostName, ...(answers === undefined ? {} : { answers }), expect };
    }
    case 'command': {
      const { name: _, kind, source, timeoutMs, on, container, ...rest } = check;
      return { on: oneOrList(on), ...(container === null ? {} : { container }), ...rest };
    }
    default: {
      const { name: _, kind, source, timeoutMs, on, ...rest } = check;
      return { on: oneOrList(on), ...rest };
    }
  }
}

function expandReach({ from, to, expect, listen, latency, loss, throughput, count, ...check }: ReachCheck): CheckEntry {
  const { sourceIP, backends, status, body, path, host, size } = check;
  const given = { sourceIP, status, body, path, host, size };
  return {
    from: oneOrList(from),
    to: expandTarget(to),
    expect,
    ...expandSending(check),
    ...(check.protocol === 'icmp' ? {} : { listen }),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as CheckEntry),
    ...(backends === undefined ? {} : { backends: expandBackends(backends) }),
    count,
    ...(latency === undefined ? {} : { latency: expandBounds(latency, milliseconds) }),
    ...(loss === undefined ? {} : { loss: expandBounds(loss, value => `${plainNumber(value)}%`) }),
    ...(throughput === undefined ? {} : { throughput: expandBounds(throughput, value => `${plainNumber(value)}bit`) }),
  };
}

function expandTarget(to: readonly string[]): NonNullable<CheckEntry['to']> {
  const [first = ''] = to;
  const service = serviceOf(first);
  return service === undefined ? oneOrList(to) : { service };
}

function expandBackends(backends: Backends): NonNullable<CheckEntry['backends']> {
  switch (backends.kind) {
    case 'one':
    case 'even':
      return backends.kind;
    case 'exactly':
      return backends.pods;
    case 'shares':
      return Object.fromEntries(Object.entries(backends.shares).map(([pod, share]) => [pod, `${plainNumber(share)}%`]));
  }
}

function expandSending({ protocol, port, ipFamily }: Sending): Pick<CheckEntry, 'protocol' | 'port' | 'ipFamily'> {
  return {
    protocol,
    ...(port === null ? {} : { port }),
    ...(ipFamily === undefined ? {} : { ipFamily }),
  };
}

function milliseconds(value: number): string {
  if (value >= 1000 && value % 1000 === 0) return `${plainNumber(value / 1000)}s`;
  return value >= 1 ? `${plainNumber(value)}ms` : `${plainNumber(Number((value * 1000).toPrecision(12)))}us`;
}

function expandBounds({ min, max }: MeasureBounds, write: (value: number) => string) {
  return { ...(min === undefined ? {} : { min: write(min) }), ...(max === undefined ? {} : { max: write(max) }) };
}

function oneOrList(names: readonly string[]): string | readonly string[] {
  const [first, second] = names;
  return first !== undefined && second === undefined ? first : names;
}

const WORDS: Readonly<Record<string, string>> = { y: 'yes', n: 'no', '-': '-' };

function writeTable({ from, to, cells }: MatrixCheck): string {
  const rows = [
    ['from', ...to],
    ...from.map((name, row) => [name, ...[...(cells[row] ?? '')].map(cell => ownValue(WORDS, cell) ?? '-')]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map(row =>
    row
      .map((word, column) => word.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
