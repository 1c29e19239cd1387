/** An interface that is not there and those that are in, a hint out. */
import { suggestName } from '../language/diagnostic/suggest-name.ts';

export function suggestInterface(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  if (!/^[\d.]+(\/\d+)?$|:.*:/.test(name)) return suggestName(name, names);
  return `the name of an interface is meant here, not an address: ${names.filter(one => one !== 'lo').join(', ')}`;
}
