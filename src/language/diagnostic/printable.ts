/**
 * Text made safe and measurable for a terminal.
 */

/** Controls of C0 and C1, what turns the direction of writing, line separators, and halves of surrogate pairs. */
const unprintable = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu;

/** Each such character becomes a visible escape, as JSON writes it. */
export function escapeControls(text: string): string {
  return text.replace(unprintable, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
