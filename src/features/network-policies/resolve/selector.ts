/** A label selector: its entry in, the selector out (apimachinery, meta/v1/validation, ValidateLabelSelector). */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabelRequirementEntry, LabelSelectorEntry } from '../../../language/lab/generated/lab-file.ts';
import type { LabelRequirement, LabelSelector } from '../../../language/lab/label-selector.ts';
import type { Problems } from '../../../resolve/problems.ts';

/** What is not there selects everything. */
export function readSelector(entry: LabelSelectorEntry | undefined, path: Path, problems: Problems): LabelSelector {
  const { matchLabels = {}, matchExpressions = [] } = entry ?? {};
  return {
    matchLabels,
    matchExpressions: matchExpressions.map((one, index) =>
      readRequirement(one, [...path, 'matchExpressions', index], problems),
    ),
  };
}

function readRequirement(entry: LabelRequirementEntry, path: Path, problems: Problems): LabelRequirement {
  const { key, operator, values = [] } = entry;
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues && values.length === 0) {
    const hint = `say which: "values: [a, b]"; for any value write "operator: ${operator === 'In' ? 'Exists' : 'DoesNotExist'}"`;
    problems.errorAtKey(path, 'missing-key', `"operator: ${operator}" for label "${key}" has no "values"`, hint);
  } else if (!takesValues && values.length > 0) {
    const message = `"operator: ${operator}" looks whether label "${key}" is there, and takes no "values"`;
    const hint = `write "operator: ${operator === 'Exists' ? 'In' : 'NotIn'}", or remove "values"`;
    problems.errorAtKey([...path, 'values'], 'conflict', message, hint);
  }
  return { key, operator, values };
}
