/** What Kubernetes takes for unset is taken for it; what is netlab's own, or says something, is left as it is. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../../../src/language/parse/parse.ts';
import { dropUnset } from '../../../../src/language/validate/unset.ts';

const dropped = (text: string) => JSON.parse(JSON.stringify(dropUnset(parse(text).value)));

describe('fields that count as not said', () => {
  it.each([
    ['hostname: ""', {}],
    ['hostname: ~, subdomain: ""', {}],
    [
      'dnsPolicy: "", dnsConfig: { nameservers: ~, options: [{ name: ndots, value: ~ }] }',
      { dnsConfig: { options: [{ name: 'ndots' }] } },
    ],
    ['dnsConfig: { options: [{ name: edns0, value: "" }] }', { dnsConfig: { options: [{ name: 'edns0' }] } }],
    ['labels: ~, hostNetwork: ~', {}],
    ['terminationGracePeriodSeconds: 0', { terminationGracePeriodSeconds: 0 }],
    ['containers: { a: { image: "", command: [], restartPolicy: "" } }', { containers: { a: {} } }],
    [
      'containers: { a: { ports: [{ containerPort: 0, hostPort: 0, name: "" }] } }',
      { containers: { a: { ports: [{ containerPort: 0 }] } } },
    ],
    [
      'initContainers: { a: { startup: { periodSeconds: 0, tcp: { port: 80, host: "" } } } }',
      { initContainers: { a: { startup: { tcp: { port: 80 } } } } },
    ],
  ])('of a pod { %s }', (entry, expected) => {
    expect(dropped(`pods: { web: { ${entry} } }`)).toEqual({ pods: { web: expected } });
  });
});

it('leaves out nothing of netlab’s own, and nothing in maps of free names', () => {
  const text =
    'pods: { web: { address: ~, labels: { a: "" }, node: "", containers: { a: ~, b: { env: { A: "" } } } }, hostname: ~ }';
  expect(dropped(text)).toEqual(JSON.parse(JSON.stringify(parse(text).value)));
});

it('shares what has nothing of it', () => {
  const { value } = parse('pods: { web: { hostname: a, containers: { b: { command: [c] } } } }');
  expect(dropUnset(value)).toBe(value);
});
