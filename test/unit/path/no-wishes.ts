/** A lab that wants nothing of iptables, and whose entries stand nowhere. */
import type { ExplainContext } from '../../../src/path/explainer.ts';

export const NO_WISHES: Pick<ExplainContext, 'isWanted' | 'rulesOf' | 'setsOf' | 'isShaped' | 'placeOf'> = {
  isWanted: () => false,
  rulesOf: () => [],
  setsOf: () => [],
  isShaped: () => false,
  placeOf: () => '',
};
