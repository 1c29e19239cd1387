/** Pods that go to nodes by labels. */
import { describe, expect, test } from 'vitest';
import { labOf, problemsOf } from './lab-of.ts';

const NODES =
  'nodes: { n1: { labels: { disk: ssd } }, n2: { labels: { disk: ssd, zone: b } }, n3: {}, out: { external: true, labels: { disk: tape } } }';
const places = (pod: string) =>
  labOf(`${NODES}\npods: { web: { ${pod} }, other: { node: n1 } }`)
    .pods.filter(({ key }) => key !== 'other')
    .map(({ node }) => node);

describe('a nodeSelector', () => {
  test.each([
    ['the least busy of the nodes with the label', 'nodeSelector: { disk: ssd }', ['n2']],
    ['one that has all', 'nodeSelector: { disk: ssd, zone: b }', ['n2']],
    ['one by its name', 'nodeSelector: { kubernetes.io/hostname: n3 }', ['n3']],
    ['all of them by turns', 'replicas: 3, nodeSelector: { disk: ssd }', ['n2', 'n1', 'n2']],
    ['the node that is named besides', 'node: n1, nodeSelector: { disk: ssd }', ['n1']],
  ])('means %s', (_, pod, nodes) => expect(places(pod)).toEqual(nodes));

  test.each([
    ['nodeSelector: { disk: sdd }', /no node has the labels disk=sdd/, 'did you mean "ssd"?'],
    ['nodeSelector: { disk: tape }', /no node has the labels disk=tape/, expect.any(String)],
    ['node: n3, nodeSelector: { disk: ssd }', /"n3" has no label disk=ssd/, expect.stringContaining('remove "node"')],
  ])('that nobody fulfils is a mistake: %s', (pod, message, hint) => {
    expect(problemsOf(`${NODES}\npods: { web: { ${pod} } }`)).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringMatching(message), hint }),
    ]);
  });

  test('is asked again when the lab has changed', () => {
    const text = (label: string) =>
      `nodes: { n1: { labels: { ${label}: yes-1 } }, n2: { labels: { b: yes-1 } } }\npods: { web: { nodeSelector: { b: yes-1 } } }`;
    const before = labOf(text('b'));
    expect(before.pods[0]?.node).toBe('n1');
    expect(labOf(text('b'), before).pods[0]?.node).toBe('n1');
    expect(labOf(text('a'), before).pods[0]?.node).toBe('n2');
  });
});
