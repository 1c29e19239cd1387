/**
 * Every console example of README and docs/, on the real kernel and as an ordinary user: what the pages show is what is seen.
 * What holds of the pages without a kernel is tried in `test/unit/docs/`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSteps } from '../docs-page.ts';
import { ROOT } from './harness.ts';
import { followPage } from './session.ts';

/** Its nodes are containers: docker-labs.test.ts follows it. */
const WITH_DOCKER = 'docs/docker.md';

const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`)]
  .filter(page => page !== WITH_DOCKER)
  .map(page => ({ page, markdown: readFileSync(join(ROOT, page), 'utf8') }))
  .filter(({ markdown }) => readSteps(markdown).some(({ kind }) => kind === 'run'));

it('finds the pages', () => expect(PAGES.length).toBeGreaterThan(1));

// Of each page most of the time is waiting.
it.concurrent.for(PAGES)('$page', ({ markdown }, { expect: own }) => followPage(markdown, 'user', {}, own));
