/** The registry: every folder of `features` has its line, and builds on nothing but those before it. */
import { describe, expect, test } from 'vitest';
import { FEATURES } from '../../../src/features/registry.ts';
import { filesOf, handWritten, texts } from '../architecture/source.ts';
import { labOf, machineOf } from '../resolve/lab-of.ts';

const names = FEATURES.map(({ name }) => name);
const featureOf = (file: string) => /^features\/([^/]+)\//.exec(file)?.[1];

describe('the registry', () => {
  test('has each folder once, under its own name', () => {
    const folders = new Set(handWritten.flatMap(file => featureOf(file) ?? []));
    expect([...names].sort()).toEqual([...folders].sort());
  });

  test.each(names)('has %s after all that it builds on', name => {
    const others = handWritten
      .filter(file => featureOf(file) === name)
      .flatMap(file => filesOf(file).flatMap(other => featureOf(other) ?? []))
      .filter(other => other !== name);
    const later = others.filter(other => names.indexOf(other) > names.indexOf(name));
    expect(later).toEqual([]);
  });
});

/** What no lab or pod may lack, wherever a part of its type is declared. */
function fieldsOf(type: string): string[] {
  const block = new RegExp(`^( *)(?:export )?interface ${type}(?: extends \\w+)? \\{\\n([^]*?)\\n\\1\\}`, 'gm');
  const blocks = [...texts.values()].flatMap(text => [...text.matchAll(block)]);
  return blocks
    .flatMap(([, , body = '']) => [...body.matchAll(/^ +readonly (\w+):/gm)])
    .flatMap(([, name]) => name ?? []);
}

describe('every field that is declared', () => {
  const lab = labOf('nodes: { node1: {} }\npods: { web: {} }');

  test.each([
    { type: 'Lab', value: lab, known: ['services', 'dns'] },
    { type: 'Pod', value: machineOf(lab, 'web'), known: ['containers', 'dnsPolicy'] },
  ])('of a $type has been filled in by some feature', ({ type, value, known }) => {
    expect(fieldsOf(type)).toEqual(expect.arrayContaining(known));
    expect(fieldsOf(type).filter(name => !(name in value))).toEqual([]);
  });
});
