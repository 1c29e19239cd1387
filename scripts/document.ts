/** Writes the pages of `docs/` that are made: `docs/lab-file.md`. A test compares; only `npm run generate` writes. */
import { writeFileSync } from 'node:fs';
import schema from '../src/language/lab/lab.schema.json' with { type: 'json' };
import { renderReference } from './lab-reference.ts';

writeFileSync(new URL('../docs/lab-file.md', import.meta.url), renderReference(schema));
