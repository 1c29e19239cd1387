/**
 * The lab file's schema as editors are given it.
 *
 * In: the schema that netlab validates by. Out: one that takes the same files, in the form of which the YAML language server
 * makes completions that somebody would want. The server inserts a default as if somebody had asked for it, takes the first
 * of several types to be the most likely unless they are alternatives, a list and a map even then, and does not quote what
 * stands in an example's lists. It knows nothing of what keys mean.
 */
import { parse } from 'yaml';

type Json = null | boolean | number | string | readonly Json[] | Rule;
export interface Rule {
  readonly [keyword: string]: Json;
}

/** The types in the order in which they are offered, and the keywords that say something about each alone. */
const KEYWORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['boolean', []],
  ['string', ['pattern', 'minLength', 'maxLength']],
  ['integer', ['minimum', 'maximum']],
  ['number', ['minimum', 'maximum']],
  ['array', ['items', 'minItems', 'maxItems', 'uniqueItems']],
  ['object', ['properties', 'patternProperties', 'additionalProperties', 'propertyNames', 'required', 'minProperties']],
]);
const NAMED_RULES = ['properties', 'patternProperties', '$defs'];
const RULES = ['items', 'additionalProperties', 'propertyNames', 'not'];

export function deriveEditorSchema(rule: Rule): Rule {
  const { unset, default: standard, ...kept } = addPassedOver(deriveChildren(rule));
  const description = standard === undefined ? {} : { description: sayDefault(kept['description'], standard) };
  const derived = splitTypes(hideForbidden(moveMaximum(nameType(keepPlainExamples({ ...kept, ...description })))));
  return isList(unset) ? takeUnset(derived, unset) : derived;
}

/** What counts for unset is taken and never offered: neither keys nor values are made of what is behind two `not`. */
const onlyTaken = (values: readonly Json[]): Rule => ({ not: { not: { enum: [null, ...values] } } });

function takeUnset(rule: Rule, values: readonly Json[]): Rule {
  const about = ['title', 'description', 'doNotSuggest'];
  const { anyOf, ...own } = Object.fromEntries(Object.entries(rule).filter(([key]) => !about.includes(key)));
  const words = Object.fromEntries(Object.entries(rule).filter(([key]) => about.includes(key)));
  return { ...words, anyOf: [...(isList(anyOf) ? anyOf : [own]), onlyTaken(values)] };
}

/** Keys that a lab has not are taken at their defaults. */
function addPassedOver(rule: Rule): Rule {
  const { passedOver, ...others } = rule;
  const { properties } = rule;
  if (!isRule(passedOver) || !isRule(properties)) return rule;
  const taken = Object.entries(passedOver).map(([key, values]) => [
    key,
    { ...onlyTaken(isList(values) ? values : []), doNotSuggest: true },
  ]);
  return { ...others, properties: { ...properties, ...Object.fromEntries(taken) } };
}

function deriveChildren(rule: Rule): Rule {
  const derived = Object.entries(rule).map(([keyword, value]): readonly [string, Json] => {
    if (!isRule(value)) return [keyword, value];
    if (RULES.includes(keyword)) return [keyword, deriveEditorSchema(value)];
    return [keyword, NAMED_RULES.includes(keyword) ? deriveNamed(value) : value];
  });
  return Object.fromEntries(derived);
}

const deriveNamed = (rules: Rule): Rule =>
  Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, isRule(rule) ? deriveEditorSchema(rule) : rule]),
  );

const sayDefault = (description: Json | undefined, standard: Json) =>
  `${typeof description === 'string' ? `${description} ` : ''}The default is \`${JSON.stringify(standard).replaceAll('"', '')}\`.`;

/** A required key that is one of several words is left out of what is inserted unless it has a type. */
function nameType(rule: Rule): Rule {
  const words = rule['enum'];
  return Array.isArray(words) && words.every(word => typeof word === 'string') ? { type: 'string', ...rule } : rule;
}

/** While a key is typed, the server counts it among those that are there, and offers none where there may be no more. */
function moveMaximum(rule: Rule): Rule {
  const { maxProperties, ...others } = rule;
  return maxProperties === undefined ? rule : { ...others, allOf: [{ maxProperties }] };
}

/** What no value is allowed for is known only to be refused. */
const hideForbidden = (rule: Rule): Rule =>
  isRule(rule['not']) && Object.keys(rule['not']).length === 0 ? { ...rule, doNotSuggest: true } : rule;

function keepPlainExamples(rule: Rule): Rule {
  const { examples, ...others } = rule;
  if (!Array.isArray(examples)) return rule;
  const plain = examples.filter(example => isPlain(example));
  return plain.length === 0 ? others : { ...others, examples: plain };
}

/** Whether the server inserts it as it is meant: it quotes a value that stands alone, and nothing else. */
function isPlain(example: Json): boolean {
  if (Array.isArray(example)) return example.every(isPlainWord);
  if (!isRule(example)) return true;
  return Object.entries(example).every(([key, value]) => isPlainWord(key) && isPlainValue(value));
}

const isPlainValue = (value: Json): boolean => (isList(value) || isRule(value) ? isPlain(value) : isPlainWord(value));

const isPlainWord = (value: Json) =>
  !isList(value) && !isRule(value) && !/[$}\\\n]/.test(String(value)) && readsAs(`- ${String(value)}`, value);

function readsAs(text: string, value: Json): boolean {
  try {
    const read: unknown = parse(text);
    return Array.isArray(read) && read[0] === value;
  } catch {
    return false;
  }
}

/** One alternative for each type where a list or a map is among them: else the server begins such a list or map at once. */
function splitTypes(rule: Rule): Rule {
  const type = rule['type'];
  if (!isList(type) || type.filter(each => each !== 'null').length < 2) return rule;
  if (!type.includes('array') && !type.includes('object')) return rule;
  const own = new Set([...KEYWORDS.values()].flat());
  const shared = Object.entries(rule).filter(([key]) => !own.has(key) && key !== 'type' && key !== 'examples');
  const types = [...KEYWORDS.keys()].filter(each => type.includes(each));
  return { ...Object.fromEntries(shared), anyOf: types.map(each => ruleForType(rule, each)) };
}

function ruleForType(rule: Rule, type: string): Rule {
  const kept = (KEYWORDS.get(type) ?? []).flatMap(key => (rule[key] === undefined ? [] : [[key, rule[key]]]));
  const examples = isList(rule['examples']) ? rule['examples'].filter(example => isOfType(example, type)) : [];
  return { type, ...Object.fromEntries(kept), ...(examples.length === 0 ? {} : { examples }) };
}

function isOfType(value: Json, type: string): boolean {
  if (type === 'array') return isList(value);
  if (type === 'object') return isRule(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRule = (value: Json | undefined): value is Rule =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
