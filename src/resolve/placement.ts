/** Several reasons why a pod may not fit on a node, as one. */
import type { Placement } from './model.ts';

export function joinPlacements(all: readonly Placement[]): Placement {
  return {
    fits: (pod, node) => all.every(one => one.fits(pod, node)),
    check: (pod, node, problems) => {
      for (const one of all) one.check(pod, node, problems);
    },
    take: (pod, node) => {
      for (const one of all) one.take(pod, node);
    },
    reportFull: (pod, nodes, problems) => {
      for (const one of all) one.reportFull(pod, nodes, problems);
    },
  };
}
