/**
 * The words typed so far in, what may come next out. Pure: names of files, labs and pods are for the caller to look up.
 */
import type { Option, Positional, RecordedCommand, Suggestion, Value } from './command-line.ts';

export interface Candidate {
  readonly value: string;
  readonly describe: string;
}

export interface Completion {
  /** The beginning of all candidates; the caller's own are to have it too. */
  readonly prefix: string;
  /** What stands before the part that is completed, as in `--format=`. */
  readonly before: string;
  readonly candidates: readonly Candidate[];
  /** What to look up besides. */
  readonly suggest?: Suggestion;
  /** The lab that was named with `--lab`, or where `check` and its like name theirs. */
  readonly lab?: string;
  /** The node or pod that was named. */
  readonly target?: string;
  /** For `command`: how many words stand before the command's own. */
  readonly skip: number;
}

const HELP: Option = { flags: ['--help'], describe: 'show help', takesValue: false, choices: [] };
const VERSION: Option = { flags: ['--version'], describe: 'show the version', takesValue: false, choices: [] };

/** `words` are those after `netlab`; the last is the one being typed and may be empty. */
export function complete(words: readonly string[], commands: readonly RecordedCommand[]): Completion {
  const typed = words.at(-1) ?? '';
  const at = words.findIndex(word => !word.startsWith('-'));
  const command = commands.find(({ name }) => name === words[at]);
  // As `netlab help up` is understood too.
  if (words[0] === 'help' && words.length === 2) return completeCommand(typed, commands);
  if (at === words.length - 1 || at === -1) return completeCommand(typed, commands);
  if (!command) return nothing(typed);
  return completeArgument(words.slice(at + 1, -1), typed, command, at + 1);
}

function nothing(prefix: string): Completion {
  return { prefix, before: '', candidates: [], skip: 0 };
}

function completeCommand(typed: string, commands: readonly RecordedCommand[]): Completion {
  const names = commands.map(({ name, describe }) => ({ value: name, describe }));
  return offer(typed, typed.startsWith('-') ? toCandidates([HELP, VERSION]) : names);
}

function offer(prefix: string, candidates: readonly Candidate[], before = ''): Completion {
  return { ...nothing(prefix), before, candidates: candidates.filter(({ value }) => value.startsWith(prefix)) };
}

function toCandidates(options: readonly Option[]): Candidate[] {
  return options.flatMap(({ flags, describe }) => flags.map(value => ({ value, describe })));
}

function completeArgument(
  before: readonly string[],
  typed: string,
  command: RecordedCommand,
  offset: number,
): Completion {
  const read = readArguments(before, command);
  const { positionals, used, waiting, dashes } = read;
  const named = readNames(read, command);
  const next = command.positionals[positionals] ?? command.positionals.findLast(({ isRest }) => isRest);
  if (waiting) return { ...offerValue(typed, waiting), ...named };
  if (dashes !== undefined) return completeAfterDashes(typed, command, offset + dashes + 1, named);
  const own = command.positionals.filter(({ isRest }) => !isRest).length;
  if (typed.startsWith('-') && positionals <= own) return { ...completeOption(typed, command, used), ...named };
  if (next?.suggest === 'command')
    return { ...nothing(typed), suggest: 'command', skip: offset + firstRest(before, command) };
  return next ? { ...offerValue(typed, next), ...named } : nothing(typed);
}

type Names = Pick<Completion, 'lab' | 'target'>;

function readNames({ lab, first }: ReadArguments, { positionals: [own] }: RecordedCommand): Names {
  const named = own?.suggest === 'lab' ? (lab ?? first) : lab;
  const target = own?.suggest === 'target' || own?.suggest === 'pod' ? first : undefined;
  return { ...(named === undefined ? {} : { lab: named }), ...(target === undefined ? {} : { target }) };
}

function completeAfterDashes(typed: string, command: RecordedCommand, skip: number, named: Names): Completion {
  const rest = command.positionals.find(({ isRest }) => isRest);
  return rest?.suggest === 'command' ? { ...nothing(typed), suggest: 'command', skip, ...named } : nothing(typed);
}

interface ReadArguments {
  /** How many positionals were given. */
  readonly positionals: number;
  readonly used: ReadonlySet<Option>;
  /** The option whose value comes next. */
  readonly waiting: Option | undefined;
  readonly lab: string | undefined;
  /** The first word that is no option. */
  readonly first: string | undefined;
  /** Where `--` stands. */
  readonly dashes: number | undefined;
}

function readArguments(words: readonly string[], { options }: RecordedCommand): ReadArguments {
  const used = new Set<Option>();
  let positionals = 0;
  let waiting: Option | undefined;
  let lab: string | undefined;
  let first: string | undefined;
  for (const [index, word] of words.entries()) {
    const [flag = '', value] = word.split(/=(.*)/s);
    const option = waiting ? undefined : options.find(({ flags }) => flags.includes(flag));
    if (waiting?.flags.includes('--lab')) lab = word;
    if (option?.flags.includes('--lab') && value !== undefined) lab = value;
    if (!waiting && word === '--') return { positionals, used, waiting, lab, first, dashes: index };
    if (!waiting && !word.startsWith('-')) {
      positionals += 1;
      first ??= word;
    }
    if (option) used.add(option);
    waiting = option?.takesValue && value === undefined ? option : undefined;
  }
  return { positionals, used, waiting, lab, first, dashes: undefined };
}

/** How many words stand before the first one of a command that is given without `--`. */
function firstRest(words: readonly string[], command: RecordedCommand): number {
  const own = command.positionals.filter(({ isRest }) => !isRest).length;
  const counts = words.map((_, index) => readArguments(words.slice(0, index + 1), command).positionals);
  const at = counts.findIndex(count => count > own);
  return at === -1 ? words.length : at;
}

function completeOption(typed: string, { options }: RecordedCommand, used: ReadonlySet<Option>): Completion {
  const [flag = '', value] = typed.split(/=(.*)/s);
  const option = options.find(({ flags }) => flags.includes(flag));
  if (value !== undefined) return option ? { ...offerValue(value, option), before: `${flag}=` } : nothing(typed);
  return offer(typed, toCandidates([...options.filter(other => !used.has(other)), HELP]));
}

function offerValue(typed: string, { choices, suggest }: Value | Positional): Completion {
  const offered = offer(
    typed,
    choices.map(value => ({ value, describe: '' })),
  );
  return suggest === undefined ? offered : { ...offered, suggest };
}
