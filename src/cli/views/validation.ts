/** A lab file that is good, with what was found in it nevertheless, as text for people and as JSON. */
import type { PlacedDiagnostic } from '../../language/diagnostic/format.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { sizeOf } from './count.ts';

export function validationJson({ name, nodes, pods }: Lab, diagnostics: readonly PlacedDiagnostic[]): string {
  return `${JSON.stringify({ lab: name, nodes: nodes.length, pods: pods.length, diagnostics }, null, 2)}\n`;
}

export function validationText(lab: Lab, file: string): string {
  return `${file} is a good lab: ${sizeOf(lab)}`;
}
