/** Arguments and options that several commands share, with one wording. */

// yargs makes an empty word of a positional `-`.
const DASH = '\0-';
export const hideDashes = (argv: readonly string[]): string[] => {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((word, index) => (word === '-' && index < end ? DASH : word));
};
export const showDash = (word: string | undefined) => (word === DASH ? '-' : word);

// `suggest` is what completion offers.
export const LAB = {
  type: 'string',
  coerce: showDash,
  describe: 'a lab file, - for standard input, or the name of a running lab',
  suggest: 'lab',
} as const;
export const JSON_FLAG = { type: 'boolean', default: false, describe: 'print JSON' } as const;
export const IN_LAB = {
  type: 'string',
  describe: 'the running lab; may be left out while one lab runs',
  suggest: 'running-lab',
} as const;
export const TARGET = {
  type: 'string',
  demandOption: true,
  describe: 'a node, or a pod as [NAMESPACE/]NAME',
  suggest: 'target',
} as const;
export const COMMAND = {
  type: 'string',
  array: true,
  describe: 'the command and its arguments, after --',
  suggest: 'command',
} as const;
export const OUTPUT = {
  type: 'string',
  coerce: showDash,
  alias: 'o',
  describe: 'write to this file',
  suggest: 'file',
} as const;
