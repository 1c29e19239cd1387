/** Links by who is at their ends. */
import type { Link } from '../language/lab/lab.ts';

/** By key of the node or pod at either end. */
export function groupLinks(links: readonly Link[]): Map<string, Link[]> {
  const groups = new Map<string, Link[]>();
  for (const link of links)
    for (const { on } of link.ends) {
      const group = groups.get(on);
      if (group) group.push(link);
      else groups.set(on, [link]);
    }
  return groups;
}
