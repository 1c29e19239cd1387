/** The registry: every folder of `features` has its line, and builds on nothing but those before it. */
import { describe, expect, test } from 'vitest';
import { FEATURES } from '../../../src/features/registry.ts';
import { filesOf, handWritten } from '../architecture/source.ts';

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
