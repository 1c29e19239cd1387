/** Where the manual lies: it is installed with netlab, so it is the one of this version. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Next to the bundle's folder, or to the sources. */
const PLACES = ['../docs/README.md', '../../docs/README.md'];

export function findManual(): string {
  const files = PLACES.map(place => fileURLToPath(new URL(place, import.meta.url)));
  return files.find(file => existsSync(file)) ?? 'docs/README.md';
}
