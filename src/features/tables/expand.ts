/** Policy rules, neighbours and entries of forwarding tables as the lab file writes them, with nothing left to fill in. */
import type { LabFile, RuleEntry } from '../../language/lab/generated/lab-file.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { MAIN_TABLE } from '../../resolve/tables.ts';
import type { LabPolicyRule } from './model.ts';

export function expandTables({ rules, neighbours, fdb }: Lab): Partial<LabFile> {
  return {
    ...(rules.length === 0 ? {} : { rules: rules.map(expandRule) }),
    ...(neighbours.length === 0 ? {} : { neighbours: neighbours.map(({ source: _, ...entry }) => entry) }),
    ...(fdb.length === 0 ? {} : { fdb: fdb.map(({ source: _, ...entry }) => entry) }),
  };
}

function expandRule({ on, family, from, to, iif, oif, fwmark, priority, action }: LabPolicyRule): RuleEntry {
  const ipFamily = from === undefined && to === undefined ? (`ipv${family}` as const) : undefined;
  const given = Object.entries({ from, to, iif, oif, fwmark, ipFamily }).filter(([, value]) => value !== undefined);
  const end = typeof action === 'number' ? { table: action === MAIN_TABLE ? 'main' : action } : { type: action };
  return { on, priority, ...Object.fromEntries(given), ...end };
}
