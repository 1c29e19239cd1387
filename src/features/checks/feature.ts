/** Checks: what should be true of a lab. They add nothing to it. */
import type { Feature } from '../feature.ts';
import { expandChecks } from './expand.ts';
import { resolveChecks } from './resolve/checks.ts';

export const checks: Feature = {
  name: 'checks',
  resolve: (draft, { services = [] }) => ({ checks: resolveChecks(draft.file, { ...draft, services }) }),
  expand: lab => expandChecks(lab.checks),
};
