/**
 * The schema's own rules at a place, for messages that say what is allowed.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import rules from '../lab/generated/rules.js';
import { isMap, valueAt } from './path.ts';

export interface Rule {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly propertyNames?: { readonly pattern?: string };
}

/** The rule for the value at a path of a lab file; empty where there is none. */
export function ruleAt(path: Path): Rule {
  return path.reduce<object>(enter, followRef(rules));
}

function enter(rule: object, step: string | number): object {
  const { properties, items, additionalProperties } = rule as Readonly<Record<string, unknown>>;
  if (typeof step === 'number') return followRef(items);
  const known = isMap(properties) && Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
  return followRef(known);
}

function followRef(rule: unknown): object {
  if (!isMap(rule)) return {};
  const { $ref } = rule;
  return typeof $ref === 'string' ? followRef(valueAt(rules, $ref.split('/').slice(1))) : rule;
}
