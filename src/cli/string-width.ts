/**
 * Stands in for the package string-width, which yargs and listr2 measure columns with: that one compiles a regular
 * expression of all emoji while it loads, which takes longer than everything else in a short command.
 */
import { stripVTControlCharacters } from 'node:util';
import { widthOfText } from '../language/diagnostic/printable.ts';

export default function stringWidth(text: string): number {
  return widthOfText(stripVTControlCharacters(text));
}
