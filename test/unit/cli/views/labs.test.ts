import { expect, test } from 'vitest';
import { labsText } from '../../../../src/cli/views/labs.ts';

test('a lab whose record is damaged is listed with what is known of it', () => {
  const running = { name: 'one', nodes: 2, pods: 5, createdAt: Date.now() - 65_000, file: '/x/one.lab.yaml', pid: 1 };
  const damaged = { name: 'two', nodes: null, pods: null, createdAt: null, file: null, pid: 2 };
  expect(labsText([running, damaged]).split('\n')).toEqual([
    expect.stringMatching(/^LAB +NODES +PODS +AGE +FILE$/),
    expect.stringMatching(/^one +2 +5 +6[5-9]s +\/x\/one\.lab\.yaml$/),
    expect.stringMatching(/^two +\? +\? +\? +\?$/),
    '',
  ]);
});
