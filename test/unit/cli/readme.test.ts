import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import schema from '../../../schemas/lab.schema.json' with { type: 'json' };

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const sources = readFileSync(new URL('src/cli/main.ts', root), 'utf8');

/** Words in backquotes of the table row that begins with this. */
function keysOfRow(start: string): string[] {
  const row = readme.split('\n').find(line => line.startsWith(`| \`${start}`)) ?? '';
  return [...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
}

describe('README', () => {
  it.each(readdirSync(new URL('labs', root)))('names %s', lab => {
    expect(readme).toContain(`(labs/${lab})`);
  });

  it.each([...sources.matchAll(/command\(\s+'([a-z]+)/g)].map(([, name = '']) => name))(
    'names the command %s',
    name => {
      expect(readme).toMatch(new RegExp(`netlab ${name}\\b|\`${name}\``));
    },
  );

  it.each([
    ['cluster', schema.$defs.cluster],
    ['nodes.', schema.$defs.node],
    ['pods.', schema.$defs.pod],
    ['bridges.', schema.$defs.bridge],
    ['links', schema.$defs.link],
    ['routes', schema.$defs.route],
  ])('names every key of %s', (start, { properties }) => {
    expect(keysOfRow(start)).toEqual(expect.arrayContaining(Object.keys(properties)));
  });
});
