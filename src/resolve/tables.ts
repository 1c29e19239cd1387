/** Tables of routes: what the lab file calls one comes in, its number goes out; undefined for the main one. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import { ownValue } from '../language/diagnostic/own-value.ts';
import type { Problems } from './problems.ts';

export const MAIN_TABLE = 254;
const LOCAL_TABLE = 255;
const NAMES: Readonly<Record<string, number>> = { main: MAIN_TABLE, default: 253 };

export function readTable(table: number | string | undefined, path: Path, problems: Problems): number | undefined {
  const number = typeof table === 'string' ? ownValue(NAMES, table) : table;
  if (number === LOCAL_TABLE) {
    const hint = 'the kernel fills table 255 with its own addresses; take another number';
    problems.error(path, 'conflict', "table 255 is the kernel's own", hint);
  }
  return number === MAIN_TABLE ? undefined : number;
}
