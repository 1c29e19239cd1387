/**
 * What the schema says of a value: a path into a lab file comes in, the part of the schema that is about it goes out, for
 * messages that say what is allowed.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import root from '../lab/generated/rules.js';
import { isMap, valueAt } from './path.ts';

export interface Subschema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly propertyNames?: { readonly pattern?: string };
}

/** Empty where there is none. */
export function subschemaAt(path: Path): Subschema {
  return path.reduce<object>(enter, followRef(root));
}

function enter(schema: object, step: string | number): object {
  const { properties, items, additionalProperties } = schema as Readonly<Record<string, unknown>>;
  if (typeof step === 'number') return followRef(items);
  const known = isMap(properties) && Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
  return followRef(known);
}

function followRef(schema: unknown): object {
  if (!isMap(schema)) return {};
  const { $ref } = schema;
  return typeof $ref === 'string' ? followRef(valueAt(root, $ref.split('/').slice(1))) : schema;
}
