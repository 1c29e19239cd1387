import { expect, test } from 'vitest';
import type { Lab } from '../../../src/language/lab/lab.ts';
import { isSameLab } from '../../../src/lifecycle/same-lab.ts';
import { load } from '../../../src/pipeline/load.ts';

const FILE = `
nodes: { n1: { sysctls: { net.ipv4.ip_forward: 1 } } }
pods: { web: { node: n1, labels: { app: web } } }
`;

function labOf(text: string): Lab {
  const { lab } = load(text, { file: 'lab.yaml', name: 'x' });
  if (!lab) throw new Error('it has mistakes');
  return lab;
}

/** What a running lab remembers. */
const recorded = (lab: Lab): Lab => JSON.parse(JSON.stringify(lab));

test.each([
  ['itself, as its record has it', FILE],
  ['one that is written on other lines', `\n\ndescription: the same\n${FILE}`],
  ['one with other checks', `${FILE}checks: { it runs: { on: n1, command: ["true"] } }\n`],
])('a lab is the same as %s', (_, text) => {
  expect(isSameLab(labOf(text), recorded(labOf(FILE)))).toBe(true);
});

test.each([
  ['another setting', FILE.replace('ip_forward: 1', 'ip_forward: 0')],
  ['another label', FILE.replace('app: web', 'app: db')],
  ['a label more, also of the name "source"', FILE.replace('app: web', 'app: web, source: here')],
])('a lab is not the same with %s', (_, text) => {
  expect(isSameLab(labOf(text), recorded(labOf(FILE)))).toBe(false);
});
