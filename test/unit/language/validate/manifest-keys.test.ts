/** Keys of manifests that a lab has not: each says why, and what to write instead. */
import { describe, expect, it } from 'vitest';
import schema from '../../../../src/language/lab/lab.schema.json' with { type: 'json' };
import { CONTAINER, POD } from '../../../../src/language/validate/kubernetes-pods.ts';
import { validate } from '../../../../src/language/validate/validate.ts';

const hintsOf = (file: unknown) => validate(file).diagnostics.map(({ hint }) => hint);

describe('a key of a manifest', () => {
  it.each<readonly [key: string, entry: object, hint: string]>([
    ['services', { spec: {} }, 'a Service is its "spec" here'],
    ['services', { status: { conditions: [{}] } }, 'nobody in a lab sets or reads conditions'],
    ['services', { endpointSlices: [{ endpoints: [{ addresses: [], targetRef: { kind: 'Pod' } }] }] }, 'it is a note'],
    ['ingresses', { status: { loadBalancer: { ingress: [{}] } } }, '"netlab status" says'],
    ['ingresses', { metadata: {} }, 'the key of an Ingress'],
    ['ingresses', { kind: 'Ingress' }, 'what stands below "ingresses" is an Ingress'],
    ['ingresses', { backend: {} }, 'Kubernetes has "defaultBackend" instead'],
    ['ingresses', { defaultBackend: { serviceName: 'web' } }, 'Kubernetes has "service: { name: web'],
    ['pods', { spec: {} }, 'a pod is its "spec" here'],
    ['pods', { annotations: { a: 'b' } }, 'nothing in a lab reads annotations'],
  ])('of %s, as in %j, says what to write instead', (key, entry, hint) => {
    expect(hintsOf({ [key]: { web: entry } })).toContainEqual(expect.stringContaining(hint));
  });

  it('is told from what every object has of its own', () => {
    expect(hintsOf({ services: { web: JSON.parse('{ "constructor": 1, "ports": [{ "port": 80 }] }') } })).toEqual([
      expect.stringContaining('allowed here'),
    ]);
  });
});

/** Whatever a lab has not, it takes where it asks for nothing: as `kubectl get -o yaml` prints it, or as null. */
it.each([
  ['pod', POD],
  ['container', CONTAINER],
] as const)('every field of Kubernetes that a %s has not may be at its default', (name, reasons) => {
  const { passedOver } = schema.$defs[name];
  expect(Object.keys(passedOver)).toEqual(expect.arrayContaining(Object.keys(reasons)));
});
