/**
 * The reference of the lab file as a Markdown page.
 *
 * In: the lab file's JSON Schema. Out: text; a section for the file and for each definition, a list item for each key. It knows
 * nothing of what keys mean: all words about them are the schema's.
 */
import { Document, stringify } from 'yaml';

export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

interface Section {
  readonly heading: string;
  readonly schema: Schema;
  /** Where in a lab file it may stand: `pods.NAME.containers.NAME`. */
  readonly places: readonly string[];
}

/** The whole file comes first, then the definitions in the order in which keys lead to them. */
type Sections = ReadonlyMap<string, Section>;

const FILE = '#';
const INTRODUCTION = `# The lab file: every key

<!-- Made from src/language/lab/lab.schema.json by "npm run generate". Do not edit. -->

A lab file is YAML. Every key that a lab file may have is on this page; none is required at the top.
NAME stands for a name of yours, and \`[]\` for an item of a list. \`netlab schema\` prints the same as a JSON Schema
for editors. An editor with the YAML language server (VS Code with the YAML extension, Neovim, Emacs, …) completes and explains
keys as you type, where the file's first line says where the schema is:

\`\`\`yaml
# yaml-language-server: $schema=../schemas/lab.schema.json
\`\`\`
`;

export function renderReference(schema: Schema): string {
  const sections = findSections(schema);
  const contents = [...sections.values()].map(formatContentsLine);
  const bodies = [...sections.values()].map(section => formatSection(section, sections));
  return `${[INTRODUCTION, '## Contents\n', ...contents, '', ...bodies].join('\n').trimEnd()}\n`;
}

// Which sections there are.

interface Found {
  readonly schema: Schema;
  readonly places: string[];
}

function findSections(root: Schema): Sections {
  const found = new Map<string, Found>([[FILE, { schema: { ...root, title: 'The file' }, places: [] }]]);
  visitKeys(root, '', root, found);
  return new Map(
    [...found].map(([pointer, { schema, places }]) => [pointer, { heading: schema.title ?? pointer, schema, places }]),
  );
}

function visitKeys(schema: Schema, place: string, root: Schema, found: Map<string, Found>): void {
  const pointer = schema.$ref;
  const target = pointer === undefined ? schema : resolvePointer(root, pointer);
  if (pointer !== undefined && isDefinition(pointer)) {
    const known = found.get(pointer);
    if (known) known.places.push(place);
    else found.set(pointer, { schema: target, places: [place] });
  }
  visitChildren(target, place, root, found);
}

function visitChildren(schema: Schema, place: string, root: Schema, found: Map<string, Found>): void {
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    visitKeys(child, place === '' ? key : `${place}.${key}`, root, found);
  if (schema.items) visitKeys(schema.items, `${place}[]`, root, found);
  if (typeof schema.additionalProperties === 'object')
    visitKeys(schema.additionalProperties, `${place}.NAME`, root, found);
}

const isDefinition = (pointer: string) => /^#\/\$defs\/\w+$/.test(pointer);

function resolvePointer(root: Schema, pointer: string): Schema {
  const words = pointer.split('/').slice(1);
  const target = words.reduce<unknown>((at, word) => (at as Record<string, unknown> | undefined)?.[word], root);
  if (target === undefined) throw new Error(`the schema has no ${pointer}`);
  return target as Schema;
}

// A section, and the list of its keys.

const formatContentsLine = ({ heading, schema }: Section): string => {
  const keys = Object.keys(schema.properties ?? {}).map(key => `\`${key}\``);
  return `- ${linkTo(heading)}${keys.length === 0 ? '' : `: ${keys.join(', ')}`}`;
};

function formatSection({ heading, schema, places }: Section, sections: Sections): string {
  const where = places.length === 0 ? [] : [`In ${joinWords([...new Set(places)].map(code), 'and')}.`, ''];
  const form = schema.type === 'object' || isEmptyable(schema) ? [] : [`It is a ${formatType(schema, sections)}.`, ''];
  const examples = form.length === 0 ? [] : formatExamples('', schema.examples ?? []);
  const keys = formatKeys(schema, sections, '');
  return [`## ${heading}`, '', schema.description ?? '', '', ...where, ...form, ...examples, ...keys, ''].join('\n');
}

const isEmptyable = ({ type }: Schema) => Array.isArray(type) && type.includes('null');

function formatKeys({ properties = {}, required = [] }: Schema, sections: Sections, indent: string): string[] {
  return Object.entries(properties).flatMap(([key, schema]) =>
    formatKey(key, schema, required.includes(key), sections).map(line => (line === '' ? '' : `${indent}${line}`)),
  );
}

function formatKey(key: string, schema: Schema, required: boolean, sections: Sections): string[] {
  const target = schema.$ref === undefined ? schema : { ...lookUp(schema.$ref, sections), ...schema };
  const facts = [
    formatType(schema.$ref !== undefined && !sections.has(schema.$ref) ? target : schema, sections),
    ...(required ? ['required'] : []),
    ...(target.default === undefined ? [] : [`default ${code(formatValue(target.default))}`]),
  ];
  const isLink = schema.$ref !== undefined && sections.has(schema.$ref);
  const nested = isLink ? [] : [target, ...nestedObjects(target)].flatMap(each => formatKeys(each, sections, '  '));
  const example = isLink && schema.examples === undefined ? [] : formatExamples(key, target.examples ?? []);
  const [inline = '', ...block] = example;
  const words = `- **\`${key}\`** (${facts.join('; ')}): ${schema.description ?? firstSentence(target.description)}`;
  return [
    `${words}${inline === '' ? '' : ` ${inline}`}`,
    ...block.map(line => (line === '' ? '' : `  ${line}`)),
    ...nested,
  ];
}

/** Keys of what stands in a list, or under names of the user's. */
const nestedObjects = ({ items, additionalProperties }: Schema): Schema[] => [
  ...(items?.properties ? [items] : []),
  ...(typeof additionalProperties === 'object' && additionalProperties.properties ? [additionalProperties] : []),
];

function lookUp(pointer: string, sections: Sections): Schema {
  const known = sections.get(pointer)?.schema;
  const root = sections.get(FILE)?.schema;
  if (known) return known;
  if (!root) throw new Error('no section is the whole file');
  return resolvePointer(root, pointer);
}

const firstSentence = (text = '') => /^.*?[.](?=\s|$)/.exec(text)?.[0] ?? text;

// What a value may be, in words.

function formatType(schema: Schema, sections: Sections): string {
  if (schema.$ref !== undefined) {
    const section = sections.get(schema.$ref);
    return section ? linkTo(section.heading) : formatType(lookUp(schema.$ref, sections), sections);
  }
  if (schema.enum)
    return joinWords(
      schema.enum.map(value => code(String(value))),
      'or',
    );
  const types = [schema.type ?? 'any'].flat().filter(type => type !== 'null');
  return joinWords(
    types.map(type => formatOneType(type, schema, sections)),
    'or',
  );
}

function formatOneType(type: string, schema: Schema, sections: Sections): string {
  if (type === 'array') return `list${formatItems(schema.items, sections)}`;
  if (type === 'integer') return `integer${formatRange(schema)}`;
  if (type !== 'object') return type;
  const values = schema.additionalProperties;
  return typeof values === 'object' ? `map of names to ${pluralOf(values, sections)}` : 'map';
}

const formatItems = (items: Schema | undefined, sections: Sections) =>
  items === undefined ? '' : ` of ${pluralOf(items, sections)}`;

function pluralOf(schema: Schema, sections: Sections): string {
  const words = formatType(schema, sections);
  return /^[a-z ]+$/.test(words) ? words.replace(/\b(string|integer|number|map|list)\b/g, '$1s') : words;
}

function formatRange({ minimum, maximum }: Schema): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}

// Examples as a lab file has them.

const ROOM = 60;

/** The first is for the item's own line, the others for lines below it. */
function formatExamples(key: string, examples: readonly unknown[]): string[] {
  if (examples.length === 0) return [];
  const short = examples.map(value => (key === '' ? formatValue(value) : `${key}: ${formatValue(value)}`));
  const line = `For example ${joinWords(short.map(code), 'or')}.`;
  if (key === '') return [line, ''];
  if (short.every(text => text.length <= ROOM)) return [line];
  const blocks = examples.flatMap(value => ['', '```yaml', ...formatBlock({ [key]: value }), '```']);
  return ['For example:', ...blocks, ''];
}

const formatBlock = (value: unknown): string[] =>
  stringify(value, { lineWidth: 0, indentSeq: false }).trimEnd().split('\n');

/** On one line, as it stands in a list or map there. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return formatScalar(value);
  const entries = Object.entries(value).map(([key, child]) => `${formatScalar(key)}: ${formatValue(child)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Quoted where the commas and brackets around it ask for that. */
function formatScalar(value: unknown): string {
  const list = new Document([value]).createNode([value], { flow: true });
  return stringify(list, { lineWidth: 0, flowCollectionPadding: false }).trim().slice(1, -1);
}

const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

function joinWords(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length <= 2) return words.join(` ${last} `);
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** The anchor is what GitHub makes of a heading. */
const linkTo = (heading: string) =>
  `[${heading}](#${heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')})`;
