/** A lab on Docker is wired by the very steps of `netns`: only containers, and what runs in them, are others. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BackendName } from '../../../../src/language/lab/lab.ts';
import { compile } from '../../../../src/pipeline/compile.ts';
import { load } from '../../../../src/pipeline/load.ts';
import { diff } from '../../../../src/plan/diff.ts';
import { render, type Step } from '../../../../src/plan/step.ts';
import type { Kind } from '../../../../src/state/kinds.ts';

const ROOT = new URL('../../../../', import.meta.url);

/** What is about the network; the rest is about what runs in it. */
const NOT_NETWORK: readonly Kind[] = ['node-container', 'pod-container', 'image', 'file', 'pause', 'container'];
const isNetwork = ({ object }: Step) => !NOT_NETWORK.includes(object.kind);

function planOf(text: string, backend: BackendName, previous?: string): readonly Step[] {
  const labOf = (source: string) => {
    const { lab, diagnostics } = load(source, { name: 'lab', backend });
    if (!lab) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return compile(lab, { ipv6: true });
  };
  const before = previous === undefined ? [] : [...labOf(previous)].map(([key, { object }]) => [key, object] as const);
  return diff(new Map(before), labOf(text));
}

const networkSteps = (steps: readonly Step[]) =>
  steps.filter(isNetwork).map(step => ({ operation: step.operation, why: step.why, commands: render(step) }));

const labs = [
  ...readdirSync(new URL('labs', ROOT)).map(name => `labs/${name}`),
  ...readdirSync(new URL('test/golden', ROOT), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `test/golden/${name}/lab.yaml`),
]
  .map(path => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }))
  .filter(({ text }) => !text.includes('backend: docker') && !text.includes('replicas: 1000'));

it('a pod in the network of its node has a pause container in that, and no namespace', () => {
  const steps = planOf(
    'nodes: { n1: {} }\npods: { web: { hostNetwork: true, containers: { a: { image: busybox } } } }',
    'docker',
  );
  const pause = steps.find(({ object }) => object.kind === 'pod-container');
  expect(pause && render(pause)[0]?.argv.join(' ')).toContain('--hostname n1 --network host ');
  const namespaces = steps.flatMap(({ object }) => (object.kind === 'namespace' ? [object.ns] : []));
  expect(namespaces).toEqual(['n1']);
});

describe('the plans of both backends', () => {
  it.each(labs)('have the same network steps: $path', ({ text }) => {
    const [netns, docker] = [networkSteps(planOf(text, 'netns')), networkSteps(planOf(text, 'docker'))];
    expect(netns.length).toBeGreaterThan(0);
    expect(docker).toEqual(netns);
  });

  it('have them also where a lab changes', () => {
    const before = 'nodes: { a: {}, b: {} }\npods: { web: { node: a }, db: { node: b } }\n';
    const after = `${before}routes: [{ on: web, to: 192.0.2.0/24, type: blackhole }]\n`.replace(
      'node: b',
      'node: b, mtu: 1400',
    );
    expect(networkSteps(planOf(after, 'docker', before))).toEqual(networkSteps(planOf(after, 'netns', before)));
  });
});

describe('on Docker', () => {
  const kinds = (steps: readonly Step[], operation: Step['operation']) =>
    steps.filter(step => step.operation === operation).map(({ object }) => object.kind);

  it('a node outside of the cluster is no container', () => {
    const steps = planOf('nodes: { a: {}, out: { external: true } }', 'docker');
    const nodes = steps.flatMap(({ object }) => (object.kind === 'node-container' ? [object.ns] : []));
    expect(nodes).toEqual(['a']);
  });

  it('an image comes to a node once, and only where a container of it runs', () => {
    const text = `nodes: { a: {}, b: {}, c: {} }
pods:
  one: { node: a, containers: { x: { image: nginx }, y: { image: nginx } } }
  two: { node: a, containers: { x: { image: nginx } } }
  three: { node: b, containers: { x: { image: nginx }, y: { command: [sleep, 1d] } } }
`;
    const images = planOf(text, 'docker').flatMap(({ object }) =>
      object.kind === 'image' ? [[object.ns, object.image]] : [],
    );
    expect(images.sort()).toEqual([
      ['a', 'nginx'],
      ['b', 'busybox:stable'],
      ['b', 'nginx'],
    ]);
  });

  it("netlab's own programs need no image", () => {
    const steps = planOf(
      'nodes: { a: {} }\npods: { dns: { containers: { x: { command: [netlab-dns, /zone] } } } }',
      'docker',
    );
    expect(kinds(steps, 'add')).not.toContain('image');
    const [container] = steps.flatMap(({ object }) => (object.kind === 'container' ? [object] : []));
    expect(container?.docker).toBeUndefined();
  });

  it('a pod that moves to another node is made anew, with its network and what runs in it', () => {
    const lab = (node: string) =>
      `nodes: { a: {}, b: {} }\npods: { web: { node: ${node}, containers: { x: { command: [sleep, 1d] } } } }`;
    const steps = planOf(lab('b'), 'docker', lab('a'));
    expect(kinds(steps, 'delete')).toContain('pod-container');
    expect(kinds(steps, 'add')).toEqual(
      expect.arrayContaining(['pod-container', 'namespace', 'veth', 'pause', 'image']),
    );
  });

  it('a node of another image is made anew, with all its pods', () => {
    const lab = (image: string) => `cluster: { nodeImage: ${image} }\nnodes: { a: {} }\npods: { web: {} }`;
    const steps = planOf(lab('docker:dind'), 'docker', lab('docker:27-dind'));
    expect(kinds(steps, 'delete')).toEqual(['node-container']);
    expect(kinds(steps, 'add')).toEqual(
      expect.arrayContaining(['node-container', 'pod-container', 'namespace', 'veth']),
    );
  });
});

describe('a container of an image', () => {
  const words = (container: string) => {
    const steps = planOf(`nodes: { a: {} }\npods: { web: { containers: { x: ${container} } } }`, 'docker');
    const [run] = steps.flatMap(step => (step.object.kind === 'container' ? render(step) : []));
    return run?.argv.join(' ') ?? '';
  };

  it.each([
    ['{ image: nginx }', / nginx$/],
    ['{ image: nginx, args: [-g, x] }', / nginx -g x$/],
    ['{ image: nginx, command: [sh, -c, y] }', / --entrypoint sh nginx -c y$/],
    ['{ image: nginx, command: [sh], args: [-c, y] }', / --entrypoint sh nginx -c y$/],
    ['{ image: nginx, env: { A: "b c" }, workingDir: /srv }', / --env A=b c --workdir \/srv nginx$/],
    ['{ command: [sleep, 1d] }', / --entrypoint sleep busybox:stable 1d$/],
  ])('%s', (container, end) => {
    expect(words(container)).toMatch(end);
    expect(words(container)).toMatch(
      /^docker exec netlab\.lab\.a docker run --name web\.x --network container:web --ipc container:web /,
    );
  });
});
