import { expect, test } from 'vitest';
import { placeOfContainer, placeOfMachine, placeOfPod } from '../../../src/pipeline/place.ts';
import { labOf } from '../resolve/lab-of.ts';

const lab = labOf(`nodes: { node1: {} }
pods:
  web: { hostname: www, containers: { app: { command: [sleep, 1d], workingDir: /usr, env: { GREETING: hello } } } }
  bare: {}
  named: { hostname: other }
`);
const SILENCE = '# no name server: names are those of /etc/hosts\n';
const podOf = (name: string) => {
  const pod = lab.pods.find(({ key }) => key === name);
  if (!pod) throw new Error(`there is no pod ${name}`);
  return pod;
};

test('a pod with containers has a process to enter, one without has a network, and what it would find in /etc', () => {
  expect(placeOfPod(podOf('web'), lab)).toEqual({ kind: 'pod', ns: 'web' });
  expect(placeOfPod(podOf('bare'), lab)).toMatchObject({
    ...{ kind: 'network', ns: 'bare', view: { hostname: 'bare', files: { '/etc/resolv.conf': SILENCE } } },
  });
  expect(placeOfPod(podOf('named'), lab)).toMatchObject({ kind: 'network', ns: 'named', view: { hostname: 'other' } });
});

test('a node has its own name, and asks the upstream of the lab or nobody, as a pod there with the policy Default', () => {
  const view = { hostname: 'node1', files: { '/etc/resolv.conf': SILENCE } };
  expect(placeOfMachine('node1', lab)).toEqual({ kind: 'network', ns: 'node1', view });
  const asking = labOf(`cluster: { dns: { upstream: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4] } }
nodes: { node1: {} }
pods: { p: { dnsPolicy: Default } }`);
  const [pod] = asking.pods;
  const own = placeOfMachine('node1', asking).view?.files['/etc/resolv.conf'];
  expect(own).toBe('nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n');
  expect(pod && placeOfPod(pod, asking)).toMatchObject({ view: { files: { '/etc/resolv.conf': own } } });
});

test('a container comes with what it finds in its environment', () => {
  const pod = podOf('web');
  const [container] = pod.containers;
  expect(container && placeOfContainer(pod, container, lab)).toEqual({
    ...{ kind: 'container', ns: 'web', node: 'node1', container: 'app', fromImage: false, workingDir: '/usr' },
    env: { HOME: '/', HOSTNAME: 'www', GREETING: 'hello' },
  });
});
