/**
 * Words of a rule with which iptables would do something else than make it: words in, the mistake out. It may print its help,
 * end well and have loaded nothing; so what is not known here is found when the rules are tried (`apply/find-refused.ts`).
 */
export interface RuleMistake {
  readonly message: string;
  readonly hint?: string;
}

/** Options whose argument is text of any kind. */
const TEXT_OPTIONS = new Set([
  ...['--comment', '--log-prefix', '--nflog-prefix', '--string', '--hex-string', '--bytecode', '--u32'],
]);

/** Whether a word is text that an option is given, and so no option itself. */
export const isText = (words: readonly string[], index: number) => TEXT_OPTIONS.has(words[index - 1] ?? '');

type Kind = 'print' | 'program' | 'counters' | 'command';

/** getopt_long(3) takes the beginning of a long option for the whole. */
const LONG: readonly (readonly [Kind, ...string[]])[] = [
  ['print', '--help', '--version'],
  ['program', '--modprobe'],
  ['counters', '--set-counters'],
  [
    'command',
    ...['--append', '--check', '--delete', '--delete-chain', '--flush', '--insert', '--list', '--list-rules'],
    ...['--new-chain', '--policy', '--rename-chain', '--replace', '--zero'],
  ],
];

/** A beginning as short as this may be one of a match's own options. */
const LEAST_OF_COMMAND = '--appe'.length;

/** Flags without an argument may stand before it in one word: `-vh`. */
const SHORT = /^-[46bfnvx]*([ACDEFILNPRSXZMVch])/;

const KIND_OF_LETTER: ReadonlyMap<string, Kind> = new Map([
  ['h', 'print'],
  ['V', 'print'],
  ['M', 'program'],
  ['c', 'counters'],
]);

function kindOf(word: string): Kind | undefined {
  const letter = SHORT.exec(word)?.[1];
  if (letter !== undefined) return KIND_OF_LETTER.get(letter) ?? 'command';
  const [option = ''] = word.split('=');
  if (!option.startsWith('--') || option.length < 3) return undefined;
  const isMeant = (kind: Kind, name: string) =>
    name.startsWith(option) && (kind === 'print' || option.length >= LEAST_OF_COMMAND);
  return LONG.find(([kind, ...names]) => names.some(name => isMeant(kind, name)))?.[0];
}

const HINTS: Readonly<Record<Kind, string>> = {
  print: 'leave it out: iptables would print something, and load no rule at all',
  program: 'leave it out: it names a program that iptables would run',
  counters: "leave it out: the counters of a lab's rules begin at 0",
  command: 'write each rule as an item of its own; an item begins with -A, -I, -N or -P',
};

/** In the words behind the chain. */
export function findOtherCommand(words: readonly string[]): RuleMistake | undefined {
  for (const [index, word] of words.entries()) {
    const kind = isText(words, index) ? undefined : kindOf(word);
    if (kind !== undefined) return { message: `"${word}" is no part of a rule`, hint: HINTS[kind] };
  }
  return undefined;
}

const OTHER_FAMILY = { iptables: /^(-6|--ipv6)$/, ip6tables: /^(-4|--ipv4)$/ } as const;

/** iptables passes over rules of the other family. */
export function findWrongFamily(words: readonly string[], tool: 'iptables' | 'ip6tables'): RuleMistake | undefined {
  const word = words.find((one, index) => !isText(words, index) && OTHER_FAMILY[tool].test(one));
  if (word === undefined) return undefined;
  const other = tool === 'iptables' ? 'ip6tables' : 'iptables';
  return { message: `${tool} leaves out a rule with "${word}"`, hint: `write it under ${other}, without "${word}"` };
}
