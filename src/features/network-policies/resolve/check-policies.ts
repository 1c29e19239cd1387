/** What Kubernetes' API server takes and cannot mean what its author meant: policies and the lab around them in, warnings out. */
import type { NetworkPolicy } from '../model.ts';
import { createPodSelector } from '../select-pods.ts';
import { checkNamedPorts } from './named-ports.ts';
import { checkSelectors, type Known } from './who-is-meant.ts';

export function checkPolicies(policies: readonly NetworkPolicy[], around: Omit<Known, 'select'>): void {
  if (policies.length === 0) return;
  const known: Known = { ...around, select: createPodSelector(around) };
  for (const policy of policies) {
    checkSelectors(policy, known);
    checkNamedPorts(policy, known);
  }
}
