/** For which directions a policy isolates: its entry in, the directions out, with rules that nothing asks for reported. */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { NetworkPolicyEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Direction } from '../model.ts';

const DIRECTIONS = [
  ['Ingress', 'ingress'],
  ['Egress', 'egress'],
] as const;

/** What is not said follows from the rules for egress (kubernetes, pkg/apis/networking/v1, SetDefaults_NetworkPolicy). */
export function readDirections(entry: NetworkPolicyEntry, source: Path, problems: Problems): Direction[] {
  const { policyTypes, egress = [] } = entry;
  const given = policyTypes ?? ['Ingress', ...(egress.length > 0 ? ['Egress' as const] : [])];
  checkDirections(entry, given, source, problems);
  return DIRECTIONS.map(([direction]) => direction).filter(direction => given.includes(direction));
}

function checkDirections(
  entry: NetworkPolicyEntry,
  given: readonly Direction[],
  source: Path,
  problems: Problems,
): void {
  const { policyTypes, egress } = entry;
  if (policyTypes?.[0] !== undefined && policyTypes[0] === policyTypes[1]) {
    const hint = 'remove one of them, or write "policyTypes: [Ingress, Egress]"';
    problems.warn([...source, 'policyTypes', 1], 'conflict', `"${policyTypes[0]}" is there twice`, hint);
  }
  if (policyTypes === undefined && egress?.length === 0) {
    const message = 'an empty "egress" alone does not isolate anybody for egress';
    const hint = 'to let nothing out, add "policyTypes: [Ingress, Egress]", or [Egress] alone';
    problems.warn([...source, 'egress'], 'conflict', message, hint);
  }
  for (const [direction, word] of DIRECTIONS) {
    if (given.includes(direction) || (entry[word] ?? []).length === 0) continue;
    const message = `the rules of "${word}" mean nothing: "policyTypes" does not have ${direction}`;
    problems.warn([...source, word], 'conflict', message, `add ${direction} to "policyTypes", or remove "${word}"`);
  }
}
