/**
 * Colours, the one place that knows them: a stream's colour level comes in, a way to paint a piece of text goes out, which
 * is handed to the views that write to that stream. No other file writes an escape code.
 *
 * In a view's text a mark that nobody can guess stands for the escape character, so that what the text has of its own can be
 * told from it: a stream shows the one (`showColours`) and not the other (`output.ts`).
 */
import { randomBytes } from 'node:crypto';
import type { ChalkInstance, ColorSupportLevel } from 'chalk';
import type { DiagnosticStyle } from '../language/diagnostic/format.ts';
import { escapeText } from '../language/diagnostic/printable.ts';

/** What a piece of text is, not what it looks like. */
export type Style = DiagnosticStyle | 'title' | 'good' | 'doubtful' | 'bad' | 'faint';

export type Paint = (style: Style, text: string) => string;

const LOOKS: Readonly<Record<Style, (chalk: ChalkInstance) => ChalkInstance>> = {
  error: chalk => chalk.bold.red,
  warning: chalk => chalk.bold.yellow,
  place: chalk => chalk.bold,
  caret: chalk => chalk.red,
  gutter: chalk => chalk.dim,
  help: chalk => chalk.cyan,
  title: chalk => chalk.bold,
  good: chalk => chalk.green,
  doubtful: chalk => chalk.yellow,
  bad: chalk => chalk.red,
  faint: chalk => chalk.dim,
};

/** For a stream without colours. */
export const leavePlain: Paint = (_, text) => text;

/** Where there are no colours chalk is not loaded: that takes as long as the shortest command. */
export async function createPaint(level: ColorSupportLevel): Promise<Paint> {
  if (level === 0) return leavePlain;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  return (style, text) => LOOKS[style](chalk)(escapeText(text)).replaceAll(ESCAPE, MARK);
}

const ESCAPE = '\u001b';
const MARK = `<${randomBytes(16).toString('hex')}>`;

/** Painted text as a terminal takes it. */
export const showColours = (text: string) => text.replaceAll(MARK, ESCAPE);

/** `NO_COLOR` (no-color.org) goes before `FORCE_COLOR`, and that before what the stream is. */
export function colourLevelOf(
  isTerminal: boolean,
  { NO_COLOR, FORCE_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): ColorSupportLevel {
  if (NO_COLOR) return 0;
  if (FORCE_COLOR !== undefined) return readForced(FORCE_COLOR);
  return isTerminal && TERM !== 'dumb' ? 1 : 0;
}

/** As Node reads it: no colour, 16, 256 or 16 million of them; any other word asks for some. */
function readForced(word: string): ColorSupportLevel {
  if (word === 'false') return 0;
  return word === '0' || word === '2' || word === '3' ? (Number(word) as 0 | 2 | 3) : 1;
}
