/**
 * Text made safe and measurable for a terminal.
 */

/**
 * Controls of C0 and C1, characters of no width of their own (such as those that turn the direction of writing), line and
 * paragraph separators, and halves of surrogate pairs.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065]/gu;

/** Each such character becomes a visible escape, as JSON writes it: in JSON and in YAML's double quotes it means the same. */
export function escapeControls(text: string): string {
  return text.replace(unprintable, escapeOne);
}

/** The same for text of several lines: line breaks and tabs stay. */
export function escapeText(text: string): string {
  return text.replace(unprintable, character =>
    character === '\n' || character === '\t' ? character : escapeOne(character),
  );
}

/** Each run of such characters, line breaks and tabs included, becomes what `replace` makes of it. */
export function replaceUnprintable(text: string, replace: (hidden: string) => string): string {
  return text.replace(new RegExp(`${unprintable.source}+`, 'gu'), replace);
}

export const isPrintable = (text: string) => text.search(unprintable) === -1;

/** One character outside of the first 65,536 is two units, and so two escapes. */
function escapeOne(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const noWidth = /^(\p{Mn}|\p{Me})/u;

/** Columns that a terminal gives to one character. */
export function widthOf(character: string): number {
  if (character < '\u0300') return 1;
  if (noWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a terminal gives to a text without control characters. */
export function widthOfText(text: string): number {
  return [...text].reduce((sum, character) => sum + widthOf(character), 0);
}

const maxQuoted = 60;

/** In double quotes, control characters as escapes, cut where it is long. */
export function quote(text: string): string {
  const cut = text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
  return JSON.stringify(cut);
}
