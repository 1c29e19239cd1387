import { expect, test } from 'vitest';
import { jobIn } from '../../../../src/backends/netns/enter.ts';
import type { ContainerPlace } from '../../../../src/sandbox/place.ts';

const BOUNDED = ['timeout', '--kill-after=1', '0.5', 'true'];

test('a command in a container has the environment that the container has, and no other', () => {
  const place: ContainerPlace = {
    kind: 'container',
    ...{ ns: 'web', node: 'node1', container: 'app', fromImage: false, workingDir: '/usr' },
    env: { HOME: '/', HOSTNAME: 'www', GREETING: 'hello' },
  };
  const { ns, argv } = jobIn(place, ['true'], { timeoutMs: 500 });
  expect(ns).toBeNull();
  expect(argv.slice(0, argv.indexOf('--'))).toContain('--pid=/run/netlab/pods/web/containers/app/ns/pid');
  const env = argv.slice(argv.indexOf('env'));
  expect(env.slice(0, 4)).toEqual(['env', '-i', '-C', '/usr']);
  expect(env.slice(4, 8)).toEqual([expect.stringMatching(/^PATH=/), 'HOME=/', 'HOSTNAME=www', 'GREETING=hello']);
  expect(env.slice(8)).toEqual(BOUNDED);
});

test('a command in a pod is among its files, and not in the processes of a container', () => {
  const { argv } = jobIn({ kind: 'pod', ns: 'web' }, ['true'], { timeoutMs: 500 });
  expect(argv.slice(0, -BOUNDED.length)).toEqual([
    'nsenter',
    ...['net', 'uts', 'ipc'].map(kind => `--${kind}=/run/netlab/pods/web/ns/${kind}`),
    '--mount=/run/netlab/pods/web/ns/mnt',
    '--',
  ]);
  expect(argv.slice(-BOUNDED.length)).toEqual(BOUNDED);
});

test('a command in a network is run there as it is, or among the files that a pod would have', () => {
  expect(jobIn({ kind: 'network', ns: 'node1' }, ['true'], { timeoutMs: 500, fileBytes: 100 })).toEqual({
    ns: 'node1',
    argv: ['timeout', '--kill-after=1', '0.5', 'prlimit', '--fsize=100', '--', 'true'],
  });
  const view = { hostname: 'www', files: { '/etc/hosts': 'text' } };
  const { ns, argv } = jobIn({ kind: 'network', ns: 'web', view }, ['true'], { timeoutMs: 500 });
  expect(ns).toBe('web');
  expect(argv.slice(-BOUNDED.length - 4)).toEqual(['www', '/etc/hosts', 'text', '--', ...BOUNDED]);
});
