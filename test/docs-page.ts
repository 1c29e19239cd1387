/**
 * What a page of the documentation asks to be tried: its files and its console examples, in order.
 *
 * In: Markdown. Out: steps. A block ```` ```yaml shop.lab.yaml ```` is a file to write; a block ```` ```console ```` has
 * `$ COMMAND` and below it what is seen, with `…` for what does not matter. `<!-- not run: REASON -->` before a block says why
 * its commands cannot be tried.
 */
export type Step =
  | { readonly kind: 'write'; readonly name: string; readonly text: string }
  | { readonly kind: 'run'; readonly command: string; readonly seen: readonly string[] }
  | { readonly kind: 'skip'; readonly command: string; readonly reason: string };

export interface Block {
  readonly language: string;
  /** What follows the language in the first line: a file's name. */
  readonly name: string;
  readonly text: string;
  readonly notRun?: string;
}

const BLOCK = /(?:^<!-- not run: ([^\n]*) -->\n\n?)?^(`{3,})(\w*) ?([^\n`]*)\n(.*?)^\2$/gms;

export function readBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(BLOCK)].map(([, notRun, , language = '', name = '', text = '']) => ({
    language,
    name: name.trim(),
    text,
    ...(notRun === undefined ? {} : { notRun }),
  }));
}

export function readSteps(markdown: string): Step[] {
  return readBlocks(markdown).flatMap(toSteps);
}

function toSteps({ language, name, text, notRun }: Block): Step[] {
  if (language === 'yaml' && name !== '') return [{ kind: 'write', name, text }];
  if (language === 'sh') return lines(text).map(command => ({ kind: 'skip', command, reason: notRun ?? '' }));
  if (language !== 'console') return [];
  const examples = readConsole(text);
  if (notRun === undefined) return examples.map(example => ({ kind: 'run', ...example }));
  return examples.map(({ command }) => ({ kind: 'skip', command, reason: notRun }));
}

function readConsole(text: string): { command: string; seen: string[] }[] {
  const examples: { command: string; seen: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) examples.push({ command: line.slice(2), seen: [] });
    else examples.at(-1)?.seen.push(line.trimEnd().replace(TIMES, '…'));
  }
  return examples.map(({ command, seen }) => ({ command, seen: withoutBlankEnds(seen) }));
}

/** The blank lines that set a command apart from what it prints are no part of it. */
function withoutBlankEnds(seen: readonly string[]): string[] {
  const first = seen.findIndex(line => line !== '');
  return first === -1 ? [] : seen.slice(first, seen.findLastIndex(line => line !== '') + 1);
}

/** Shown as they once were, since `…` in their places would be hard to read. */
const TIMES = /\d+\.\d+ s\b|time=[\d.]+ ms|\b\d+s\b/g;

const lines = (text: string) => text.split('\n').filter(line => line.trim() !== '');
