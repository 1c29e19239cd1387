import { expect, test } from 'vitest';
import { enterPod } from '../../../src/check/enter.ts';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import { labOf } from '../resolve/lab-of.ts';

test('a command in a container has the environment that the container has', () => {
  const app = '{ command: [sleep, 1d], workingDir: /usr, env: { GREETING: hello } }';
  const lab = labOf(`nodes: { node1: {} }\npods: { web: { hostname: www, containers: { app: ${app} } } }`);
  const place = makeDirectory(lab).get('web');
  if (!place) throw new Error('there is no pod web');
  const { argv } = enterPod(place, 'app', ['timeout', '1'], ['true']);
  const env = argv.slice(argv.indexOf('env'));
  expect(env.slice(0, 4)).toEqual(['env', '-i', '-C', '/usr']);
  expect(env.slice(4, -3)).toEqual([expect.stringMatching(/^PATH=/), 'HOME=/', 'HOSTNAME=www', 'GREETING=hello']);
  expect(env.slice(-3)).toEqual(['timeout', '1', 'true']);
});
