/** What holds of README and docs/ without a kernel. Their examples are run in `test/kernel/docs.test.ts`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Argv } from 'yargs';
import { COMMANDS, loadCommands } from '../../../src/cli/commands.ts';
import { recordCommands } from '../../../src/completion/command-line.ts';
import { drawLab } from '../../../src/graph/graph.ts';
import { toMermaid } from '../../../src/graph/mermaid.ts';
import schema from '../../../src/language/lab/lab.schema.json' with { type: 'json' };
import { readBlocks, readSteps } from '../../docs-page.ts';
import { labOf } from '../resolve/lab-of.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const NAMES = ['README.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)];
const PAGES = NAMES.map(page => ({ page, markdown: read(page), blocks: readBlocks(read(page)) }));

/** Commands that no test can run. Each new one is listed here, so that marking one is a choice that somebody reads. */
const NOT_RUN = [
  'README.md: npm run try (installs packages)',
  'README.md: export PATH="$PWD/bin:$PATH" (installs packages)',
  'docs/commands.md: source <(netlab completion bash) (is for an interactive shell)',
  'docs/docker.md: docker pull docker:dind; docker pull nginx:stable; docker pull busybox:stable (fetches images from a registry)',
  'docs/docker.md: docker build -t our-shop . && docker save our-shop docker:dind | gzip >images.tar.gz   # or, from a stick: (fetches images from a registry)',
  'docs/docker.md: gunzip -c images.tar.gz | docker load (fetches images from a registry)',
  'docs/troubleshooting.md: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   # until the next boot (changes settings of the host)',
];

it('README is one that a newcomer reads to the end', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

it('README shows the picture that `netlab graph` draws', () => {
  const drawn = toMermaid(drawLab(labOf(read('labs/two-nodes.lab.yaml'))));
  const shown = readBlocks(read('README.md')).find(({ language }) => language === 'mermaid')?.text;
  const isLeftOut = (line: string) => line.startsWith('%%') || line.includes('classDef external');
  expect(shown).toBe(
    drawn
      .split('\n')
      .filter(line => !isLeftOut(line))
      .join('\n'),
  );
});

it('examples that are not run are these', () => {
  const skipped = PAGES.flatMap(({ page, markdown }) =>
    readSteps(markdown).flatMap(step => (step.kind === 'skip' ? [`${page}: ${step.command} (${step.reason})`] : [])),
  );
  expect(skipped).toEqual(NOT_RUN);
});

describe.each(PAGES)('$page', ({ page, markdown, blocks }) => {
  it('has blocks of known kinds only', () => {
    const fences = markdown.match(/^ {0,3}```/gm) ?? [];
    const indented = markdown.match(/^ {2}```/gm) ?? [];
    expect(fences.length - indented.length).toBe(2 * blocks.length);
    for (const { language } of blocks) expect(['console', 'yaml', 'sh', 'mermaid']).toContain(language);
  });

  it('begins each console block with a command', () => {
    for (const { language, text } of blocks) if (language === 'console') expect(text).toMatch(/^\$ /);
  });

  it('asks for root only where Docker needs it', () => {
    const asRoot = readSteps(markdown).filter(step => step.kind === 'run' && /\bsudo\b/.test(step.command));
    if (page !== 'docs/docker.md') expect(asRoot).toEqual([]);
  });

  it('names the files that are to be saved, and shows labs of the course as they are', () => {
    for (const { name, text } of blocks) {
      if (name.startsWith('labs/')) expect(text).toBe(read(name));
      if (name !== '' && !name.startsWith('.github/')) expect(withoutBlocks(markdown)).toContain(name);
    }
  });

  it('has links that lead somewhere', () => {
    for (const [, target = ''] of withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page : join(dirname(page), file);
      expect(existsSync(join(root, path)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(path)), target).toContain(anchor);
    }
  });
});

const withoutBlocks = (markdown: string) => markdown.replace(/^ *```.*?^ *```$/gms, '');

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  const headings = [...withoutBlocks(markdown).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return headings.map(text =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

const allows = new Ajv({ allowUnionTypes: true, keywords: ['unset', 'passedOver'] }).compile(schema);

const fragments = PAGES.filter(({ page }) => page !== 'docs/lab-file.md').flatMap(({ page, blocks }) =>
  blocks.filter(({ language, name }) => language === 'yaml' && name === '').map(({ text }) => ({ page, text })),
);

it.each(fragments)('a part of a lab file in $page is as the schema wants it: $text', ({ text }) => {
  expect([allows(parse(text)), allows.errors]).toEqual([true, null]);
});

it('there are such parts', () => expect(fragments.length).toBeGreaterThan(0));

describe('nothing is left out:', () => {
  const manual = read('docs/README.md');

  it.each(readdirSync(join(root, 'docs')).filter(name => name !== 'README.md'))('the manual names %s', name => {
    expect(manual).toContain(`(${name})`);
  });

  it.each(readdirSync(join(root, 'labs')))('the course names %s', lab => {
    expect(read('docs/labs.md')).toContain(`(../labs/${lab})`);
  });

  it('README leads to the manual and the course', () => {
    for (const link of ['(docs/README.md)', '(docs/labs.md)', '(docs/lab-file.md)'])
      expect(read('README.md')).toContain(link);
  });
});

describe('docs/commands.md', async () => {
  const page = read('docs/commands.md');
  const rows = page.split('\n').filter(line => line.startsWith('| '));
  const commands = await loadCommands();
  const recorded = recordCommands((parser: Argv) => {
    for (const addTo of commands) addTo(parser, () => undefined);
  });

  it.each(Object.keys(COMMANDS))('names %s', name => {
    expect(rows.some(row => row.startsWith(`| \`netlab ${name}`))).toBe(true);
  });

  const options = recorded.flatMap(({ name, options }) =>
    options.flatMap(({ flags }) => flags.map(flag => [flag, name])),
  );

  it('is held to options', () => expect(options).toContainEqual(['--dry-run', 'up']));

  it.each(options)('explains %s of %s', (flag, command) => {
    const about = rows.filter(row => new RegExp(`\`${flag}\\b`).test(row));
    const names = about.flatMap(row => row.split('|')[2] ?? '');
    expect(names.some(of => of.includes(`\`${command}\``) || of.includes('all that have data'))).toBe(true);
  });
});
