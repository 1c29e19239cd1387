/** Checks: what should be true of a lab. They add nothing to it. */
import type { Feature } from '../feature.ts';
import { expandChecks } from './expand.ts';

export const checks: Feature = {
  name: 'checks',
  expand: lab => expandChecks(lab.checks),
};
