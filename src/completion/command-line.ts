/**
 * The command line as completion sees it: commands, their positionals and options.
 *
 * Recorded from the same definitions that yargs parses by, so that there is no second list to keep.
 */
import type { Argv } from 'yargs';

/** What a value may be, where that is not known before the moment of asking. */
export type Suggestion =
  | 'lab'
  | 'running-lab'
  | 'target'
  | 'pod'
  | 'policy'
  | 'destination'
  | 'container'
  | 'check'
  | 'file'
  | 'command';

export interface Value {
  readonly choices: readonly string[];
  readonly suggest?: Suggestion;
}

export interface Positional extends Value {
  readonly name: string;
  /** Whether it takes all the words that are left. */
  readonly isRest: boolean;
}

export interface Option extends Value {
  /** As typed: `--format`, `-o`. */
  readonly flags: readonly string[];
  readonly describe: string;
  readonly takesValue: boolean;
}

export interface RecordedCommand {
  readonly name: string;
  readonly describe: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
}

interface Definition {
  readonly type?: string;
  readonly alias?: string;
  readonly describe?: string;
  readonly choices?: readonly string[];
  readonly suggest?: Suggestion;
}

/** Lets `define` speak to something that looks like yargs and only takes notes. */
export function recordCommands(define: (parser: Argv) => unknown): RecordedCommand[] {
  const commands: RecordedCommand[] = [];
  const parser = {
    command(signature: string, describe: string, build: (builder: Argv) => unknown) {
      const definitions = new Map<string, Definition>();
      const options: Option[] = [];
      const builder = {
        positional(name: string, definition: Definition) {
          definitions.set(name, definition);
          return builder;
        },
        option(name: string, definition: Definition) {
          options.push(toOption(name, definition));
          return builder;
        },
      };
      build(builder as unknown as Argv);
      const [name = '', ...words] = signature.split(' ');
      commands.push({ name, describe, positionals: words.map(word => toPositional(word, definitions)), options });
      return parser;
    },
  };
  define(parser as unknown as Argv);
  return commands;
}

/** `[lab]`, `<target>` or `[command..]` with what was said of it. */
function toPositional(word: string, definitions: ReadonlyMap<string, Definition>): Positional {
  const name = word.replace(/[<>[\].]/g, '');
  return { name, isRest: word.includes('..'), ...toValue(definitions.get(name) ?? {}) };
}

function toOption(name: string, definition: Definition): Option {
  const { type, alias, describe = '' } = definition;
  const flags = [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
  return { flags, describe, takesValue: type !== 'boolean', ...toValue(definition) };
}

function toValue({ choices = [], suggest }: Definition): Value {
  return { choices, ...(suggest === undefined ? {} : { suggest }) };
}
