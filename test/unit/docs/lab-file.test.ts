import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderReference } from '../../../scripts/lab-reference.ts';
import schema from '../../../src/language/lab/lab.schema.json' with { type: 'json' };

test('docs/lab-file.md is what `npm run generate` makes of the schema', () => {
  expect(readFileSync(new URL('../../../docs/lab-file.md', import.meta.url), 'utf8')).toBe(renderReference(schema));
});

const page = renderReference({
  description: 'A lab.',
  properties: {
    name: { type: 'string', description: 'What it is called.', examples: ['shop'] },
    nodes: { type: 'object', additionalProperties: { $ref: '#/$defs/node' }, description: 'By name.' },
    dns: {
      type: ['boolean', 'object'],
      description: 'Names.',
      properties: { ttl: { type: 'integer', minimum: 0, maximum: 9, default: 3, description: 'Seconds.' } },
    },
  },
  $defs: {
    label: { type: 'string', title: 'Label', description: 'A word. Any.', examples: ['db'] },
    node: {
      type: ['object', 'null'],
      title: 'Node',
      description: 'A machine. Or more.',
      required: ['rules'],
      properties: {
        rules: { type: 'array', items: { type: 'string' }, description: 'In order.', examples: [['-A, or so']] },
        label: { $ref: '#/$defs/label' },
        kind: { enum: ['a', 'b'], description: 'Which.', examples: [{ text: 'long '.repeat(12).trim() }] },
      },
    },
  },
});

test.each([
  ['a key', '- **`name`** (string): What it is called. For example `name: shop`.'],
  ['a link to a definition', '- **`nodes`** (map of names to [Node](#node)): By name.'],
  [
    'keys within a key',
    '- **`dns`** (boolean or map): Names.\n  - **`ttl`** (integer from 0 to 9; default `3`): Seconds.',
  ],
  ['where a definition may stand', '## Node\n\nA machine. Or more.\n\nIn `nodes.NAME`.'],
  [
    'a required key, and a word quoted as its list asks',
    '- **`rules`** (list of strings; required): In order. For example `rules: ["-A, or so"]`.',
  ],
  ['a definition by its first sentence', '- **`label`** ([Label](#label)): A word.'],
  [
    'a definition that is no map',
    '## Label\n\nA word. Any.\n\nIn `nodes.NAME.label`.\n\nIt is a string.\n\nFor example `db`.',
  ],
  ['values', '- **`kind`** (`a` or `b`): Which. For example:\n\n  ```yaml\n  kind:\n    text: long long'],
  [
    'contents',
    '- [The file](#the-file): `name`, `nodes`, `dns`\n- [Node](#node): `rules`, `label`, `kind`\n- [Label](#label)',
  ],
])('writes %s', (_, text) => expect(page).toContain(text));
