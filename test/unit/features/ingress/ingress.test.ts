import { describe, expect, test } from 'vitest';
import { nginxConfig } from '../../../../src/features/ingress/compile/nginx.ts';
import { ingressNeeds } from '../../../../src/features/ingress/host.ts';
import { compile } from '../../../../src/pipeline/compile.ts';
import { followsReadiness } from '../../../../src/pipeline/follow.ts';
import { labOf } from '../../resolve/lab-of.ts';

const path = (place: string, pathType: string, service: string) =>
  `{ ${place === '' ? '' : `path: ${place}, `}pathType: ${pathType}, backend: { service: { name: ${service}, port: { number: 80 } } } }`;

const labWith = (ingresses: string) =>
  labOf(`
nodes: { node1: {}, node2: {} }
pods: { a-0: { labels: { app: a } }, a-1: { labels: { app: a } }, b-0: { labels: { app: b } }, c-0: { labels: { app: c } } }
services:
  a: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }] }
  b: { selector: { app: b }, ports: [{ port: 80 }] }
  c: { selector: { app: c }, ports: [{ port: 80 }] }
ingresses:
${ingresses}`);

/** By server name, the locations in nginx' words and where each leads. */
function serversOf(text: string): Record<string, Record<string, string>> {
  const servers: Record<string, Record<string, string>> = {};
  for (const block of text.split(/^ {2}server \{$/m).slice(1)) {
    const name = /server_name (.*);/.exec(block)?.[1];
    if (name === undefined) continue;
    const locations = [
      ...block.matchAll(/location (.*) \{ (?:proxy_pass http:\/\/(?:default-)?|return )(\S+?)(?:-80)?; \}/g),
    ];
    servers[name] = Object.fromEntries(locations.map(([, match = '', target = '']) => [match, target]));
  }
  return servers;
}

const configOf = (ingresses: string, ...unready: string[]) => nginxConfig(labWith(ingresses), new Set(unready), false);
const serversFor = (ingresses: string) => serversOf(configOf(ingresses));

describe('the configuration of nginx', () => {
  test('leads prefixes by whole elements, exact paths to theirs alone, and everything else nowhere', () => {
    const paths = [path('/a/', 'Prefix', 'a'), path('/b', 'Exact', 'b'), path('/b/c', 'ImplementationSpecific', 'c')];
    expect(serversFor(`  one: { rules: [{ host: x.org, http: { paths: [${paths}] } }] }`)).toEqual({
      _: { '/': '404' },
      'x.org': { '= /a': 'a', '/a/': 'a', '= /b': 'b', '= /b/c': 'c', '/b/c/': 'c', '/': '404' },
    });
  });

  test('has an exact path before a prefix of the same name, whichever comes first', () => {
    const paths = [path('/a', 'Prefix', 'a'), path('/a', 'Exact', 'b')];
    for (const list of [paths, [...paths].reverse()])
      expect(serversFor(`  one: { rules: [{ http: { paths: [${list}] } }] }`)).toEqual({
        _: { '= /a': 'b', '/a/': 'a', '/': '404' },
      });
  });

  test('has one server for a host of two Ingresses, and a wildcard for one label', () => {
    const one = `  one: { rules: [{ host: x.org, http: { paths: [${path('/a', 'Exact', 'a')}] } }] }`;
    const two = `  two: { rules: [{ host: x.org, http: { paths: [${path('', 'Prefix', 'b')}] } }, { host: "*.x.org", http: { paths: [${path('/', 'Prefix', 'c')}] } }] }`;
    expect(serversFor(`${one}\n${two}`)).toEqual({
      _: { '/': '404' },
      '~^[^.]+\\.x\\.org$': { '/': 'c' },
      'x.org': { '= /a': 'a', '/': 'b' },
    });
  });

  test('has a default backend where no path fits: for the hosts of its Ingress, or for all', () => {
    const own = `  own: { defaultBackend: { service: { name: b, port: { number: 80 } } }, rules: [{ host: x.org, http: { paths: [${path('/a', 'Exact', 'a')}] } }] }`;
    const all = '  all: { defaultBackend: { service: { name: c, port: { number: 80 } } } }';
    expect(serversFor(`${own}\n${all}`)).toEqual({ _: { '/': 'c' }, 'x.org': { '= /a': 'a', '/': 'b' } });
  });

  test('has the pods that are ready as backends, and says 503 where there is none', () => {
    const one = `  one: { rules: [{ http: { paths: [${path('/', 'Prefix', 'a')}] } }] }`;
    const backends = (...unready: string[]) => configOf(one, ...unready).match(/server 10\.\S+:8080/g);
    expect(backends()).toHaveLength(2);
    expect(backends('a-0')).toHaveLength(1);
    expect(backends('a-0', 'a-1')).toBeNull();
    expect(serversOf(configOf(one, 'a-0', 'a-1'))).toEqual({ _: { '/': '503' } });
  });

  test('sends who comes without TLS there, and nobody else', () => {
    const rule = (host: string) => `{ host: ${host}, http: { paths: [${path('/', 'Prefix', 'a')}] } }`;
    const text = configOf(
      `  one: { tls: [{ hosts: [x.org], secretName: s }], rules: [${rule('x.org')}, ${rule('y.org')}] }`,
    );
    expect(text.match(/return 308/g)).toHaveLength(1);
    expect(/server_name x\.org;[^}]*?ssl_certificate (\S+);/.exec(text)?.[1]).toBe('/run/ingress/tls/default_s.crt');
    expect(/server_name y\.org;[^}]*?ssl_certificate (\S+);/.exec(text)?.[1]).toBe('/run/ingress/tls/fake.crt');
    expect(configOf(`  one: { rules: [${rule('x.org')}] }`)).not.toContain('443');
  });

  test('is no part of what a lab writes down, as it changes with the pods', () => {
    const lab = labWith(`  one: { rules: [{ http: { paths: [${path('/', 'Prefix', 'a')}] } }] }`);
    const files = [...compile(lab, { ipv6: true }).values()].flatMap(({ object }) =>
      object.kind === 'file' && object.ns === 'ingress-nginx_controller' ? [object] : [],
    );
    expect(files.filter(followsReadiness(lab)).map(file => file.path)).toEqual(['/run/ingress/nginx.conf']);
    expect(files.length).toBeGreaterThan(1);
  });
});

describe('the controller', () => {
  const keys = (text: string) => labOf(text).pods.map(({ key, node }) => `${key} on ${node}`);
  const rest = `services: { a: { ports: [{ port: 80 }] } }\ningresses: { one: { defaultBackend: { service: { name: a, port: { number: 80 } } } } }`;

  test('is a pod and a Service like any other, where the file says', () => {
    const pods = 'pods: { ingress-nginx/controller: { node: b } }';
    expect(keys(`cluster: { dns: false }\nnodes: { a: {}, b: {} }\n${rest}`)).toEqual([
      'ingress-nginx/controller on a',
    ]);
    expect(keys(`cluster: { dns: false }\nnodes: { a: {}, b: {} }\n${pods}\n${rest}`)).toEqual([
      'ingress-nginx/controller on b',
    ]);
  });

  test('is not there where no Ingress asks for it', () => {
    expect(keys(`cluster: { dns: false }\nnodes: { a: {} }\n${rest.split('\n')[0]}`)).toEqual([]);
  });
});

test('needs nginx on the host, and openssl where it has certificates', () => {
  const file = (path: string, text: string) => ({ kind: 'file' as const, ns: 'a', path, text });
  const needs = (path: string, text: string) => ingressNeeds.of(file(path, text)).map(({ id }) => id);
  expect(needs('/run/ingress/nginx.conf', 'events {}')).toEqual(['nginx']);
  expect(needs('/run/ingress/nginx.conf', 'ssl_certificate /x;')).toEqual(['nginx', 'openssl']);
  expect(needs('/etc/hosts', 'ssl_certificate ')).toEqual([]);
});
