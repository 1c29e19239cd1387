/** A name that does not exist and those that do in, a hint out. */
import { naturalKey } from './natural-order.ts';
import { findNearest } from './nearest.ts';

/** "did you mean …", or what there is. */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  const guess = findNearest(name, known);
  if (guess !== undefined) return `did you mean "${guess}"?`;
  if (known.length === 0) return undefined;
  const shown = [...known].sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1)).slice(0, 8);
  return `there ${known.length === 1 ? 'is' : 'are'} ${shown.map(key => `"${key}"`).join(', ')}${known.length > 8 ? ', …' : ''}`;
}
