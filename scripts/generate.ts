/**
 * Makes what the schema already says: types of the lab file, its validator, the schema's bare rules, and the schema for editors.
 *
 * In: `src/language/lab/lab.schema.json`. Out: `src/language/lab/generated/`, which is not kept in git, and
 * `schemas/lab.schema.json`, which is. Run by the build and the tests.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { deriveEditorSchema, type Rule } from './editor-schema.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'src/language/lab/generated');
const banner = '/* Generated from src/language/lab/lab.schema.json by scripts/generate.ts. Do not edit. */\n';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Keywords that explain and do not constrain. */
const prose = new Set(['title', 'description', 'examples', 'default', '$schema', '$id']);

const schema: unknown = JSON.parse(await readFile(join(root, 'src/language/lab/lab.schema.json'), 'utf8'));
await mkdir(target, { recursive: true });
await Promise.all([writeTypes(schema), writeValidator(schema), writeRules(schema), writeEditorSchema(schema)]);

async function writeTypes(schema: unknown): Promise<void> {
  const types = await compile(nameTypes(schema as JSONSchema), 'LabFile', {
    bannerComment: banner,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    format: false,
  });
  await write('lab-file.ts', makeReadonly(types));
}

/** Titles become type names, so only the root and the definitions keep one. */
function nameTypes(schema: JSONSchema): JSONSchema {
  const bare = omitDeep(schema as Json, new Set(['title', 'examples', 'default'])) as JSONSchema;
  const defs = Object.entries(bare.$defs ?? {});
  const named = defs.map(([name, def]) => [name, { ...(def as JSONSchema), title: entryName(name) }]);
  return { ...bare, title: 'LabFile', $defs: Object.fromEntries(named) };
}

function entryName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Entry`;
}

function makeReadonly(types: string): string {
  return types
    .replace(/^(\s*)(?=(?:\w+\??|"[^"]+"\??|\[k: string\]): )/gm, '$1readonly ')
    .replace(/(\([^()\n]*\)|\b\w+)\[\]/g, 'readonly $1[]');
}

async function writeValidator(schema: unknown): Promise<void> {
  const code = bundleRuntime(compileValidator(schema as Json));
  await write('validate-schema.js', await code);
  await write(
    'validate-schema.d.ts',
    [
      "import type { ErrorObject } from 'ajv';",
      "import type { LabFile } from './lab-file.ts';",
      'declare const validate: ((value: unknown) => value is LabFile) & { errors?: null | ErrorObject[] };',
      'export default validate;',
      '',
    ].join('\n'),
  );
}

/** Loaded by require: ajv's ESM face has no usable default export under NodeNext. */
function compileValidator(schema: Json): string {
  const require = createRequire(import.meta.url);
  const { Ajv } = require('ajv') as typeof import('ajv');
  const { default: standalone } = require('ajv/dist/standalone') as typeof import('ajv/dist/standalone/index.js');
  const code = { source: true, esm: true };
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    messages: false,
    // Read by netlab itself, before it validates.
    keywords: ['unset', 'passedOver'],
    inlineRefs: false,
    code,
  });
  return appendErrors(standalone(ajv, ajv.compile(schema as object)));
}

/** Ajv copies all errors so far for each entry that has one: with a hundred thousand mistakes that takes a minute. */
function appendErrors(code: string): string {
  const appended = code.replace(/vErrors\.concat\(([^)]+)\)/g, 'append(vErrors, $1)');
  if (appended === code) throw new Error('ajv does not join errors by vErrors.concat any more');
  return `${appended}\nfunction append(all, more) { for (const one of more) all.push(one); return all; }\n`;
}

/** The validator `require`s small pieces of ajv's run time; this puts them into the one file. */
async function bundleRuntime(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

/** The schema without prose: which keys and values a place allows, for "did you mean". */
async function writeRules(schema: unknown): Promise<void> {
  const rules = JSON.stringify(omitDeep(schema as Json, prose));
  await write('rules.js', `export default ${rules};\n`);
  await write('rules.d.ts', 'declare const rules: unknown;\nexport default rules;\n');
}

/** Kept in git, because the labs name it in their first line. */
async function writeEditorSchema(schema: unknown): Promise<void> {
  const text = JSON.stringify(deriveEditorSchema(schema as Rule), null, 2);
  await writeFile(join(root, 'schemas/lab.schema.json'), `${text}\n`);
}

/** Drops keywords, but not properties of the lab file that happen to have a keyword's name. */
function omitDeep(value: Json, keywords: ReadonlySet<string>, names = false): Json {
  if (Array.isArray(value)) return value.map(item => omitDeep(item, keywords));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => names || !keywords.has(key));
  return Object.fromEntries(
    kept.map(([key, child]) => [key, omitDeep(child, keywords, !names && ['properties', '$defs'].includes(key))]),
  );
}

async function write(name: string, text: string): Promise<void> {
  const header = text.startsWith(banner) ? '' : banner;
  await writeFile(join(target, name), header + text);
}
