/** What Kubernetes' API server takes and cannot mean what its author meant: policies and the lab around them in, warnings out. */
import type { Diagnostic } from '../../../language/diagnostic/diagnostic.ts';
import type { LabDraft, LabSoFar } from '../../../resolve/model.ts';
import type { NetworkPolicy } from '../model.ts';
import { createPodSelector } from '../select-pods.ts';
import { checkDnsPorts, checkServiceBlocks } from './egress.ts';
import { checkNamedPorts } from './named-ports.ts';
import { checkReached, findUnreached } from './unreached.ts';
import { checkSelectors, type Known } from './who-is-meant.ts';

export function checkPolicies(policies: readonly NetworkPolicy[], draft: LabDraft, lab: LabSoFar): void {
  if (policies.length === 0) return;
  const { problems, cluster } = draft;
  const { pods, namespaces = [], services = [] } = lab;
  const known: Known = { pods, namespaces, select: createPodSelector(lab), problems };
  const clusterServices = { services, serviceNets: cluster.serviceNets };
  const unreached = findUnreached(lab);
  const refused = new Set(problems.found.filter(isError).map(({ path }) => path[1]));
  for (const policy of policies) {
    if (refused.has(policy.source[1])) continue;
    checkSelectors(policy, known);
    checkNamedPorts(policy, known);
    checkReached(policy, unreached, known);
    checkServiceBlocks(policy, clusterServices, problems);
  }
  if (lab.dns) checkDnsPorts(policies, problems);
}

/** What follows from an error is none of its own. */
const isError = ({ severity, path }: Diagnostic) => severity === 'error' && path[0] === 'networkPolicies';
