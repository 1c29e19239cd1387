/** Words that several messages share. */

import { quoteForShell } from '../plan/shell.ts';
import type { JobResult } from '../state/job.ts';

/** `web → db (10.244.1.2), tcp port 80` */
export function arrow(from: string, to: string, address: string, protocol: string, port: number | null): string {
  const whom = to === address ? to : `${to} (${address})`;
  return `${from} → ${whom}, ${protocol}${port === null ? '' : ` port ${port}`}`;
}

const MOST_LISTED = 10;

/** The first ones, and how many more there are. */
export function listSome(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LISTED;
  return more > 1 ? [...lines.slice(0, MOST_LISTED), `and ${more} more`] : [...lines];
}

/** 4000 → `4 s`, 0.25 → `0.25 ms` */
export function duration(milliseconds: number): string {
  return milliseconds >= 1000 ? `${trim(milliseconds / 1000)} s` : `${trim(milliseconds)} ms`;
}

/** 9_500_000 → `9.5 Mbit/s` */
export function bitrate(bits: number): string {
  const units = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'];
  const step = Math.min(units.length - 1, bits < 1 ? 0 : Math.floor(Math.log10(bits) / 3));
  return `${trim(bits / 1000 ** step)} ${units[step]}`;
}

export const percent = (value: number) => `${trim(value)} %`;

const trim = (value: number) => String(Number(value.toPrecision(3)));

/** What a program printed, in one line that a terminal can show. */
export function excerpt(text: string): string {
  const lines = text.split('\n').map(line => line.trim());
  const line = lines.filter(part => part !== '').join(' ⏎ ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** One place that was looked at: what is there, whether it is as it should be, and what shows it. */
export interface Inspection {
  readonly good: boolean;
  readonly text: string;
  readonly command: string;
}

export const execLine = (on: string, argv: readonly string[]) =>
  `netlab exec ${on} -- ${argv.map(quoteForShell).join(' ')}`;

export const failure = ({ code, stderr }: JobResult) => (stderr.trim() === '' ? `exit code ${code}` : excerpt(stderr));
