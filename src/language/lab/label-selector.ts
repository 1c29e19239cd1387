/**
 * A Kubernetes label selector (apimachinery, meta/v1, LabelSelector): labels in, whether they are selected out. All terms have
 * to hold; one without terms selects everything.
 */
import { ownValue } from '../diagnostic/own-value.ts';

export type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[];
}

export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => ownValue(labels, key) === value) &&
    matchExpressions.every(requirement => isMet(requirement, labels))
  );
}

/** `NotIn` holds also where the label is not there (apimachinery, labels/selector.go, Requirement.Matches). */
function isMet({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = ownValue(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

export const isEmpty = ({ matchLabels, matchExpressions }: LabelSelector) =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

/** As `kubectl get -l` takes it, terms in the order of their keys: `app=db,tier in (back,front),!old`; empty for everything. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const terms = [...equal, ...matchExpressions.map(term => ({ key: term.key, text: requirementText(term) }))];
  const sorted = terms.sort((a, b) => (`${a.key} ${a.text}` < `${b.key} ${b.text}` ? -1 : 1));
  return [...new Set(sorted.map(({ text }) => text))].join();
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  const list = `(${[...new Set(values)].sort().join()})`;
  switch (operator) {
    case 'In':
      return `${key} in ${list}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
