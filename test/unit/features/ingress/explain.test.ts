import { describe, expect, test } from 'vitest';
import { explainIngresses } from '../../../../src/features/ingress/explain.ts';
import { makeDirectory } from '../../../../src/language/lab/directory.ts';
import { viewKernel } from '../../../../src/path/kernel-view.ts';
import { OPEN } from '../../check/fake-probes.ts';
import { NO_WISHES } from '../../path/no-wishes.ts';
import { labOf } from '../../resolve/lab-of.ts';

const rule = (host: string, name: string) =>
  `{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] } }`;
const service = (name: string) => `${name}: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }`;

const LAB = labOf(`nodes: { n1: {}, n2: {} }
pods:
  client: { node: n1 }
  shop-0: { node: n1, labels: { app: shop } }
  shop-1: { node: n2, labels: { app: shop } }
  blog: { node: n2, labels: { app: blog } }
services: { ${service('shop')}, ${service('blog')} }
ingresses:
  site: { rules: [${rule('shop.example', 'shop')}, ${rule('"*.blog.example"', 'blog')}] }`);
const directory = makeDirectory(LAB);
const controller = directory.get('ingress-nginx/controller')?.ns ?? '';

function further(host: string, to: string, unready: readonly string[] = []) {
  const probe = { from: 'client', to, address: '10.0.0.1', port: 80, timeoutMs: 1000, path: '/', host, count: 20 };
  const attempt = {
    probe: { ...probe, protocol: 'http' },
    result: OPEN,
    expect: 'reachable',
    fault: 'verdict',
  } as const;
  const context = {
    ...NO_WISHES,
    ...{ lab: LAB, directory, unready: new Set(unready), kernel: viewKernel({ kept: [], namespaces: {} }) },
    run: async () => [],
  };
  const question = { attempt: { ...attempt, frontend: undefined }, nodes: [], backend: undefined, met: [] };
  return explainIngresses().findFurther?.(question, context) ?? [];
}

describe('what an Ingress depends on', () => {
  test('are the ready endpoints behind its host, asked by the controller, once each', () => {
    const found = further('shop.example', controller);
    expect(found.map(({ from, to, port }) => [from, to, port])).toEqual([
      [controller, 'shop-0', 8080],
      [controller, 'shop-1', 8080],
    ]);
    expect(found[0]).not.toHaveProperty('count');
    expect(found[0]).toMatchObject({ host: 'shop.example', path: '/', protocol: 'http' });
    expect(further('shop.example', controller, ['shop-1']).map(({ to }) => to)).toEqual(['shop-0']);
    expect(further('a.blog.example', controller).map(({ to }) => to)).toEqual(['blog']);
  });

  test('is nothing where somebody else is asked', () => expect(further('shop.example', 'shop-0')).toEqual([]));
});
