import { expect, test } from 'vitest';
import { placeOfContainer, placeOfPod } from '../../../src/pipeline/place.ts';
import { labOf } from '../resolve/lab-of.ts';

const lab = labOf(`nodes: { node1: {} }
pods:
  web: { hostname: www, containers: { app: { command: [sleep, 1d], workingDir: /usr, env: { GREETING: hello } } } }
  bare: {}
  named: { hostname: other }
`);
const podOf = (name: string) => {
  const pod = lab.pods.find(({ key }) => key === name);
  if (!pod) throw new Error(`there is no pod ${name}`);
  return pod;
};

test('a pod with containers has a process to enter, one without has a network, and what it would find in /etc', () => {
  expect(placeOfPod(podOf('web'), lab)).toEqual({ kind: 'pod', ns: 'web' });
  expect(placeOfPod(podOf('bare'), lab)).toEqual({ kind: 'network', ns: 'bare' });
  expect(placeOfPod(podOf('named'), lab)).toMatchObject({ kind: 'network', ns: 'named', view: { hostname: 'other' } });
});

test('a container comes with what it finds in its environment', () => {
  const pod = podOf('web');
  const [container] = pod.containers;
  expect(container && placeOfContainer(pod, container, lab)).toEqual({
    ...{ kind: 'container', ns: 'web', node: 'node1', container: 'app', fromImage: false, workingDir: '/usr' },
    env: { HOME: '/', HOSTNAME: 'www', GREETING: 'hello' },
  });
});
