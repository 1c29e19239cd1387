/** The order in which vitest takes test files: those that take longest first, so that all workers end at the same time. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By what they took in a run on two cores; the others take less, and come after them in vitest's own order. */
const LONGEST = [
  ...['kernel/labs', 'kernel/docker-labs', 'kernel/docs', 'kernel/converge', 'kernel/check', 'kernel/faults-commands'],
  ...['kernel/containers-kill', 'kernel/containers-life', 'kernel/faults-kill', 'kernel/kubelet', 'kernel/faults-down'],
  ...['kernel/policies', 'kernel/policy-matrix'],
  ...['kernel/truth', 'kernel/docker-faults', 'kernel/probe', 'kernel/e2e-services'],
  ...['kernel/containers-output', 'kernel/docker-life', 'kernel/many-services', 'kernel/dns', 'kernel/ingress'],
  ...['kernel/probe-many', 'property/laws', 'property/fuzz', 'property/follow', 'unit/completion/bash', 'golden/labs'],
  ...['kernel/backend', 'kernel/host'],
];

/** The one class here, as vitest wants one. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex(name => moduleId.endsWith(`/test/${name}.test.ts`));
  return at === -1 ? LONGEST.length : at;
}
