import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import schema from '../../../schemas/lab.schema.json' with { type: 'json' };
import { COMMANDS } from '../../../src/cli/commands.ts';

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** Words in backquotes of the table row that begins with this. */
function keysOfRow(start: string): string[] {
  const row = readme.split('\n').find(line => line.startsWith(`| \`${start}`)) ?? '';
  return [...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
}

describe('README', () => {
  it.each(readdirSync(new URL('labs', root)))('names %s', lab => {
    expect(readme).toContain(`(labs/${lab})`);
  });

  const commands = Object.keys(COMMANDS);

  it.each(commands)('names the command %s', name => {
    expect(readme).toMatch(new RegExp(`netlab ${name}\\b|\`${name}\``));
  });

  it('is held to all commands', () => expect(commands).toEqual(expect.arrayContaining(['up', 'completion'])));

  it.each([
    ['cluster', schema.$defs.cluster],
    ['nodes.', schema.$defs.node],
    ['pods.', schema.$defs.pod],
    ['….containers.', schema.$defs.container],
    ['….containers.', schema.$defs.containerPort],
    ['….initContainers.', schema.$defs.initContainer],
    ['….readiness', schema.$defs.readiness],
    ['….readiness', schema.$defs.httpAction],
    ['bridges.', schema.$defs.bridge],
    ['links', schema.$defs.link],
    ['routes', schema.$defs.route],
    ['services.', schema.$defs.service],
    ['services.', schema.$defs.servicePort],
    ['services.', schema.$defs.endpointSlice],
    ['ingresses.', schema.$defs.ingress],
    ['checks.', schema.$defs.check],
  ])('names every key of %s', (start, { properties }) => {
    expect(keysOfRow(start)).toEqual(expect.arrayContaining(Object.keys(properties)));
  });
});
