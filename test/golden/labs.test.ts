/** Every lab under `labs/`, as far as no kernel is needed: it is good, says what it shows, and its long form is the same lab. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load } from '../../src/pipeline/load.ts';
import { commandsOf, renderGolden } from './render-golden.ts';

const folder = new URL('../../labs/', import.meta.url);
const labs = readdirSync(folder).filter(name => name.endsWith('.lab.yaml'));

describe.each(labs)('%s', name => {
  const text = readFileSync(new URL(name, folder), 'utf8');

  test('is a good lab, without a warning but those that its lesson shows', () => {
    const told = [...text.matchAll(/^# {3}…warning: (.+?)…?$/gm)].map(([, message = '']) => message);
    const { diagnostics } = load(text, { name: 'lab' });
    expect(diagnostics.filter(({ message }) => !told.some(start => message.startsWith(start)))).toEqual([]);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(told.map(() => 'warning'));
  });

  test('starts with its schema, and says what it shows and what should be true of it', () => {
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/lab.schema.json');
    expect(text).toMatch(/^checks:$/m);
    if (/^\d/.test(name)) expect(text).toMatch(/^description: \S/m);
  });

  test('written out in full is the same lab', () => {
    const { plan, expanded } = renderGolden(text);
    const again = renderGolden(expanded);
    expect(again.expanded).toBe(expanded);
    expect(commandsOf(again.plan)).toEqual(commandsOf(plan));
  });
});
