/** Arguments and options that several commands share, with one wording. */
import { UsageError } from '../lifecycle/errors.ts';

// yargs makes an empty word of a positional `-`.
const DASH = '\0-';
export const hideDashes = (argv: readonly string[]): string[] => {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((word, index) => (word === '-' && index < end ? DASH : word));
};
export const showDash = (word: string | undefined) => (word === DASH ? '-' : word);

/** Of a word that is given twice yargs makes a list, and nothing of an empty one means anything. Throws `UsageError`. */
export const once =
  <Word extends string | undefined = string | undefined>(what: string) =>
  (given: Word | readonly Word[]): Word => {
    if (given === '') throw new UsageError(`${what} is empty`);
    if (Array.isArray(given)) throw new UsageError(`${what} is given ${given.length} times`, 'give it once');
    return showDash(given as Word) as Word;
  };

// `suggest` is what completion offers.
export const LAB = {
  type: 'string',
  coerce: once('LAB'),
  describe: 'a lab file, - for standard input, or the name of a running lab',
  suggest: 'lab',
} as const;
export const JSON_FLAG = { type: 'boolean', default: false, describe: 'print JSON' } as const;
export const IN_LAB = {
  type: 'string',
  requiresArg: true,
  coerce: once('--lab'),
  describe: 'the running lab; may be left out while one lab runs',
  suggest: 'running-lab',
} as const;
export const TARGET = {
  type: 'string',
  demandOption: true,
  describe: 'a node, a switch, or a pod as [NAMESPACE/]NAME',
  suggest: 'target',
} as const;
export const POD = {
  type: 'string',
  demandOption: true,
  describe: 'a pod as [NAMESPACE/]NAME',
  suggest: 'pod',
} as const;
export const CONTAINER = {
  type: 'string',
  requiresArg: true,
  coerce: once('--container'),
  alias: 'c',
  describe: 'a container of the pod',
  suggest: 'container',
} as const;
export const COMMAND = {
  type: 'string',
  array: true,
  describe: 'the command and its arguments, after --',
  suggest: 'command',
} as const;
export const JUNIT = {
  type: 'string',
  requiresArg: true,
  coerce: once('--junit'),
  describe: 'write a JUnit report to this file',
  suggest: 'file',
} as const;
// What stands in place of the file's own words.
export const BACKEND = {
  choices: ['netns', 'docker'] as const,
  requiresArg: true,
  coerce: once<'netns' | 'docker' | undefined>('--backend'),
  describe: 'where the lab lives, whatever its file says',
} as const;
export const IMAGE = {
  type: 'string',
  requiresArg: true,
  coerce: once('--image'),
  describe: 'on docker: the image of containers that name none',
} as const;
export const OUTPUT = {
  type: 'string',
  requiresArg: true,
  coerce: once('--output'),
  alias: 'o',
  describe: 'write to this file',
  suggest: 'file',
} as const;

/** An option that may be given several times; never one that swallows the words behind it. */
const each = (given: string | readonly string[] | undefined): string[] => (given === undefined ? [] : [given].flat());
export const TARGETS = { type: 'string', requiresArg: true, coerce: each, suggest: 'target' } as const;
export const PORTS = { type: 'string', requiresArg: true, coerce: each } as const;
export const ONLY = {
  type: 'string',
  requiresArg: true,
  coerce: each,
  describe: 'only the check of this name, * for any letters; may be given several times',
  suggest: 'check',
} as const;
export const WAIT = {
  type: 'string',
  requiresArg: true,
  coerce: once('--wait'),
  describe: 'how long to try again what is not true yet, such as 30s',
} as const;
