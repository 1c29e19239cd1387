/**
 * Options that are yes or no: words of a command line come in, the same come out with their values as yargs reads them.
 *
 * To yargs every value but `true` is a no.
 */
import type { RecordedCommand } from '../completion/command-line.ts';
import { UsageError } from '../lifecycle/errors.ts';

const OF_ALL = ['--help', '-h', '--version'];
const VALUES: Readonly<Record<string, string>> = { true: 'true', yes: 'true', false: 'false', no: 'false' };

/** `--json=maybe`; of several letters, as in `-ft=maybe` or `-ft3`, the value is the last one's. */
const LONG = /^(--[^=]+)=(.*)$/s;
const SHORT = /^-([a-zA-Z]+)(?:=(.*)|(\d.*))$/s;

/** Throws `UsageError` for a value that is neither. Few command lines have a value in one word with its option: only those need `findCommand`. */
export function readSwitches(
  words: readonly string[],
  findCommand: () => RecordedCommand | undefined,
): readonly string[] {
  if (words.every(word => split(word).value === undefined)) return words;
  const own =
    findCommand()
      ?.options.filter(({ takesValue }) => !takesValue)
      .flatMap(({ flags }) => flags) ?? [];
  const switches = new Set([...OF_ALL, ...own]);
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.map((word, index) => (index < end ? readSwitch(word, switches) : word));
}

function readSwitch(word: string, switches: ReadonlySet<string>): string {
  const { flag, value } = split(word);
  if (value === undefined || !switches.has(flag)) return word;
  const read = Object.hasOwn(VALUES, value) ? VALUES[value] : undefined;
  if (read === undefined) throw new UsageError(`${flag} is yes or no, and not "${value}"`, `for yes, ${flag} alone`);
  return `${word.slice(0, word.length - value.length).replace(/=$/, '')}=${read}`;
}

function split(word: string): { readonly flag: string; readonly value?: string } {
  const [, long, of] = LONG.exec(word) ?? [];
  // yargs also takes --dryRun.
  if (long !== undefined && of !== undefined)
    return { flag: long.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`), value: of };
  const [, letters = '', value, digits] = SHORT.exec(word) ?? [];
  return letters === '' ? { flag: word } : { flag: `-${letters.at(-1)}`, value: value ?? digits ?? '' };
}
