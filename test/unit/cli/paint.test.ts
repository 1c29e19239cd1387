import { describe, expect, it } from 'vitest';
import { colourLevelOf, createPaint, showColours } from '../../../src/cli/paint.ts';

describe('the colour level of a stream', () => {
  it.each<[boolean, Record<string, string>, number]>([
    [true, {}, 1],
    [false, {}, 0],
    [true, { TERM: 'dumb' }, 0],
    [true, { NO_COLOR: '1' }, 0],
    // no-color.org: when present and not an empty string
    [true, { NO_COLOR: '' }, 1],
    [false, { FORCE_COLOR: '1' }, 1],
    [false, { FORCE_COLOR: '' }, 1],
    [false, { FORCE_COLOR: 'true' }, 1],
    [false, { FORCE_COLOR: '3' }, 3],
    [true, { FORCE_COLOR: '0' }, 0],
    [true, { FORCE_COLOR: 'false' }, 0],
    [false, { FORCE_COLOR: '1', TERM: 'dumb' }, 1],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, 0],
  ])('a terminal: %j, with %j: %i', (isTerminal, env, level) => {
    expect(colourLevelOf(isTerminal, env)).toBe(level);
  });
});

describe('paint', () => {
  it('leaves text alone without colours', async () => {
    expect((await createPaint(0))('error', 'text')).toBe('text');
  });

  it('ends on each line what it began there', async () => {
    expect(showColours((await createPaint(1))('bad', 'a\nb'))).toBe('\u001b[31ma\u001b[39m\n\u001b[31mb\u001b[39m');
  });
});
