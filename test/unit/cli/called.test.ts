import { expect, it } from 'vitest';
import { asCalled } from '../../../src/cli/called.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';

const called = (text: string) => asCalled(text, () => './bin/netlab');

it.each([
  ['to look: netlab exec web -- ip addr', 'to look: ./bin/netlab exec web -- ip addr'],
  ['"netlab up" mends it', '"./bin/netlab up" mends it'],
  ['netlab shell a\n  netlab down a', './bin/netlab shell a\n  ./bin/netlab down a'],
  ['netlab itself failed', 'netlab itself failed'],
  [
    'lab.yaml:1:1: error: x\n  1 | # netlab up lab.yaml\n    | ^',
    'lab.yaml:1:1: error: x\n  1 | # netlab up lab.yaml\n    | ^',
  ],
  ['/usr/share/netlab/docs, my-netlab up', '/usr/share/netlab/docs, my-netlab up'],
])('a command is shown as it has to be typed: %j', (text, shown) => {
  expect(called(text)).toBe(shown);
});

it('nothing is changed where netlab is on the PATH', () => {
  expect(asCalled('netlab up', () => 'netlab')).toBe('netlab up');
});

it.each(Object.keys(COMMANDS))('%s is known as a command', name => {
  expect(called(`netlab ${name}`)).toBe(`./bin/netlab ${name}`);
});
