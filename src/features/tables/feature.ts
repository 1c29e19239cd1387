/** Policy rules, neighbours and entries of forwarding tables, as the lab file has them. */
import type { Feature } from '../feature.ts';
import { compileTables } from './compile.ts';
import { expandTables } from './expand.ts';
import { resolveForwarding } from './resolve/forwarding.ts';
import { resolveNeighbours } from './resolve/neighbours.ts';
import { resolvePolicyRules } from './resolve/policy-rules.ts';

export const tables: Feature = {
  name: 'tables',
  resolve: (draft, { rules = [], neighbours = [], fdb = [] }) => ({
    rules: [...rules, ...resolvePolicyRules(draft.file, draft)],
    neighbours: [...neighbours, ...resolveNeighbours(draft.file, draft)],
    fdb: [...fdb, ...resolveForwarding(draft.file, draft)],
  }),
  compile: compileTables,
  expand: expandTables,
};
