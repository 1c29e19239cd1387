import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import schema from '../../../../src/language/lab/lab.schema.json' with { type: 'json' };

const ajv = new Ajv({ allowUnionTypes: true, keywords: ['unset', 'passedOver'] }).addSchema(schema, 'lab');

interface Described {
  readonly pointer: string;
  readonly values: readonly unknown[];
}

/** Every rule with examples or a default, by its JSON pointer. */
function listDescribed(rule: unknown, pointer = ''): readonly Described[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return [];
  const { examples = [], default: usual } = rule as { examples?: unknown[]; default?: unknown };
  const values = Array.isArray(examples) ? [...examples, ...(usual === undefined ? [] : [usual])] : [];
  const deeper = Object.entries(rule).filter(([key]) => key !== 'examples' && key !== 'default');
  return [
    ...(values.length === 0 ? [] : [{ pointer, values }]),
    ...deeper.flatMap(([key, child]) => listDescribed(child, `${pointer}/${key}`)),
  ];
}

const described = listDescribed(schema);

test('the schema has examples', () => expect(described.length).toBeGreaterThan(50));

test.each(described)('examples of $pointer are what it asks for', ({ pointer, values }) => {
  const validate = ajv.compile({ $ref: `lab#${pointer}` });
  for (const value of values) expect([value, validate(value)]).toEqual([value, true]);
});
