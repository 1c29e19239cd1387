/** What a lab's record and its manifests keep as JSON is compared with what is wanted: nothing may get lost on the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { dequal } from 'dequal/lite';
import { describe, expect, test } from 'vitest';
import type { Lab } from '../../../src/language/lab/lab.ts';
import { compile } from '../../../src/pipeline/compile.ts';
import { load } from '../../../src/pipeline/load.ts';
import type { ContainerProcess } from '../../../src/state/container.ts';
import { keyOf, specOf } from '../../../src/state/kinds.ts';
import type { Pause } from '../../../src/state/pause.ts';

const HOST = { ipv6: true, docker: { owner: '0-1', nodeFlags: ['--privileged'] } };
const golden = new URL('../../golden/', import.meta.url);
const cases = readdirSync(golden, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name }) => [
    [name, 'its own backend'],
    [name, 'docker'],
  ]);

function loadCase(name = '', backend = ''): Lab {
  const options = backend === 'docker' ? ({ backend } as const) : {};
  const { lab } = load(readFileSync(new URL(`${name}/lab.yaml`, golden), 'utf8'), { name: 'lab', ...options });
  if (!lab) throw new Error(`${name} is no good lab`);
  return lab;
}

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const isKept = (value: unknown) => dequal(throughJson(value), value);

describe.each(cases)('of %s on %s', (name, backend) => {
  const lab = loadCase(name, backend);

  test('every object is as it was', () => {
    const objects = [...compile(lab, HOST).values()].map(({ object }) => object);
    expect(objects.filter(object => !isKept(object)).map(keyOf)).toEqual([]);
    expect(objects.filter(object => !specOf(object).same(throughJson(object), object)).map(keyOf)).toEqual([]);
  });

  test('the containers of every pod are as they were', () => {
    expect(lab.pods.filter(({ containers }) => !isKept(containers)).map(({ key }) => key)).toEqual([]);
  });
});

describe('a process is the same in any order of keys, and another where anything differs', () => {
  const pause: Pause = { kind: 'pause', ns: 'a', hostname: 'a', files: ['/etc/hosts'] };
  const [container] = [...compile(loadCase('containers'), HOST).values()].flatMap(({ object }) =>
    object.kind === 'container' && Object.keys(object.container.env).length > 1 ? [object] : [],
  );

  test('a pause process', () => {
    const { same } = specOf(pause);
    expect(same({ files: pause.files, hostname: 'a', ns: 'a', kind: 'pause' }, pause)).toBe(true);
    expect(same({ ...pause, hostname: 'b' }, pause)).toBe(false);
    expect(same({ ...pause, files: [...pause.files, '/etc/hostname'] }, pause)).toBe(false);
  });

  test('a container', () => {
    if (!container) throw new Error('no container has an environment');
    const withEnv = (env: Readonly<Record<string, string>>): ContainerProcess => ({
      ...container,
      container: { ...container.container, env },
    });
    const { same } = specOf(container);
    const env = Object.entries(container.container.env);
    expect(same(withEnv(Object.fromEntries(env.toReversed())), container)).toBe(true);
    expect(same(withEnv(Object.fromEntries(env.slice(1))), container)).toBe(false);
    expect(same({ ...container, init: 0 }, container)).toBe(false);
  });
});
