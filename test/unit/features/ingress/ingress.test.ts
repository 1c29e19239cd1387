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
      ...block.matchAll(/location (.*) \{ (?:proxy_pass http:\/\/(?:default_)?|return )(\S+?)(?:_80)?; \}/g),
    ];
    servers[name] = Object.fromEntries(locations.map(([, match = '', target = '']) => [match, target]));
  }
  return servers;
}

const HERE = { hasIpv6: false, resolver: { nameservers: ['10.96.0.10'], searches: [], options: [] } };
const configOf = (ingresses: string, ...unready: string[]) => nginxConfig(labWith(ingresses), new Set(unready), HERE);
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

  test('has the paths as nginx compares them, each letter for itself', () => {
    const written = ['/my%20docs', '/caf%C3%A9', '/a"b', '/a{b};$c', "/it's", '/x\\\\y', '/%0A', '/50%25'];
    const paths = written.map(place => path(JSON.stringify(place.replaceAll('\\\\', '\\')), 'Exact', 'a'));
    const text = configOf(`  one: { rules: [{ host: x.org, http: { paths: [${paths}] } }] }`);
    const seen = [...text.matchAll(/^ +location = (.*) \{ proxy_pass/gm)].map(([, place = '']) => place);
    expect(seen.sort()).toEqual(
      ['"/my docs"', '"/café"', '"/a\\"b"', '"/a{b};$c"', `"/it's"`, '"/x\\\\y"', '"/\\n"', '/50%'].sort(),
    );
  });

  test('sends no request for an exact path on to another one', () => {
    const paths = [path('/a/', 'Exact', 'a'), path('/', 'Prefix', 'b')];
    expect(serversFor(`  one: { rules: [{ host: x.org, http: { paths: [${paths}] } }] }`)['x.org']).toEqual({
      '= /a/': 'a',
      '= /a': 'b',
      '/': 'b',
    });
    expect(serversFor(`  one: { rules: [{ host: x.org, http: { paths: [${paths[0]}] } }] }`)['x.org']).toEqual({
      '= /a/': 'a',
      '= /a': '404',
      '/': '404',
    });
  });

  test('keeps Services apart whose namespaces and names are one text when they are joined', () => {
    const lab = labOf(`
nodes: { node1: {} }
cluster: { dns: false }
services:
  team/a-web: { ports: [{ port: 80 }], endpointSlices: [{ endpoints: [{ addresses: [192.0.2.1] }] }] }
  team-a/web: { ports: [{ port: 80 }], endpointSlices: [{ endpoints: [{ addresses: [192.0.2.2] }] }] }
  team-a/web-80: { ports: [{ port: 80, name: b }], endpointSlices: [{ endpoints: [{ addresses: [192.0.2.3] }], ports: [{ name: b, port: 80 }] }] }
ingresses:
  team/i: { rules: [{ host: one.org, http: { paths: [${path('/', 'Prefix', 'a-web')}] } }] }
  team-a/i: { rules: [{ host: two.org, http: { paths: [${path('/', 'Prefix', 'web')}, ${path('/b', 'Prefix', 'web-80')}] } }] }`);
    const text = nginxConfig(lab, new Set(), HERE);
    const serverOf = (name: string) => new RegExp(`upstream ${name} \\{\\s+server (\\S+)`).exec(text)?.[1];
    const servers = serversOf(text);
    expect(serverOf(`${servers['one.org']?.['/']}_80`)).toBe('192.0.2.1:80');
    expect(serverOf(`${servers['two.org']?.['/']}_80`)).toBe('192.0.2.2:80');
    expect(serverOf(`${servers['two.org']?.['/b/']}_80`)).toBe('192.0.2.3:80');
  });

  test('finds a certificate by a wildcard, where none names the host', () => {
    const rule = (host: string) => `{ host: ${host}, http: { paths: [${path('/', 'Prefix', 'a')}] } }`;
    const tls = '[{ hosts: ["*.x.org"], secretName: wild }, { hosts: [b.x.org], secretName: own }]';
    const text = configOf(`  one: { tls: ${tls}, rules: [${['a.x.org', 'b.x.org', 'a.b.x.org'].map(rule)}] }`);
    const certificateOf = (host: string) =>
      new RegExp(`server_name ${host};[^}]*?ssl_certificate /run/ingress/tls/(\\S+)\\.crt;`).exec(text)?.[1];
    expect(['a.x.org', 'b.x.org', 'a.b.x.org'].map(certificateOf)).toEqual(['default_wild', 'default_own', 'fake']);
  });

  test('takes the TCP port where a Service has one of each protocol, and room for any number of hosts', () => {
    const lab = labOf(`
nodes: { node1: {} }
services:
  web:
    ports: [{ name: quic, port: 443, targetPort: 8443, protocol: UDP }, { name: https, port: 443, targetPort: 8080 }]
    endpointSlices: [{ endpoints: [{ addresses: [192.0.2.1] }], ports: [{ name: quic, port: 8443, protocol: UDP }, { name: https, port: 8080 }] }]
ingresses:
  one:
    defaultBackend: { service: { name: web, port: { number: 443 } } }
    rules: [${Array.from({ length: 101 }, (_, index) => `{ host: h${index}.org }`)}]`);
    const text = nginxConfig(lab, new Set(), HERE);
    expect(text).toContain('server 192.0.2.1:8080 max_fails=0;');
    expect(text).toContain('server_names_hash_max_size 1632;');
  });

  describe('for a Service that is a name', () => {
    const external = (externalName: string, ports = '') =>
      labOf(`
nodes: { node1: {} }
services: { a: { type: ExternalName, externalName: ${externalName}${ports} } }
ingresses: { one: { rules: [{ http: { paths: [${path('/', 'Prefix', 'a')}] } }] } }`);
    const RESOLVER = {
      nameservers: ['10.96.0.10', 'fd00::a'],
      searches: ['x.svc.cluster.local'],
      options: [{ name: 'ndots', value: '5' }],
    };
    const namesOf = (lab: ReturnType<typeof labOf>, resolver = RESOLVER) =>
      [...nginxConfig(lab, new Set(), { hasIpv6: true, resolver }).matchAll(/set \$external_name (.*);/g)].map(
        found => found[1],
      );

    test('asks for the names that a program would ask for, one after the other', () => {
      expect(namesOf(external('web'))).toEqual(['web.x.svc.cluster.local', 'web']);
      expect(namesOf(external('www.example.com.'))).toEqual(['www.example.com']);
      expect(namesOf(external('db.default.svc.cluster.local'))).toEqual(['db.default.svc.cluster.local']);
      expect(namesOf(external('a.b.c.d.e.example.com'))).toEqual([
        'a.b.c.d.e.example.com',
        'a.b.c.d.e.example.com.x.svc.cluster.local',
      ]);
      const text = nginxConfig(external('web'), new Set(), { hasIpv6: true, resolver: RESOLVER });
      expect(text).toContain('resolver 10.96.0.10 [fd00::a];');
    });

    test('goes to the port that is written, or its target', () => {
      const portOf = (lab: ReturnType<typeof labOf>) =>
        /\$external_name:(\d+);/.exec(nginxConfig(lab, new Set(), { hasIpv6: true, resolver: RESOLVER }))?.[1];
      expect(portOf(external('web.example.com'))).toBe('80');
      expect(portOf(external('web.example.com', ', ports: [{ port: 80, targetPort: 8080 }]'))).toBe('8080');
    });

    test('asks nobody for an address, and leads nobody to itself', () => {
      const config = (lab: ReturnType<typeof labOf>, nameservers: string[] = []) =>
        nginxConfig(lab, new Set(), { hasIpv6: true, resolver: { ...RESOLVER, nameservers } });
      expect(config(external('192.0.2.7'))).toContain('set $external_name 192.0.2.7;');
      expect(config(external('192.0.2.7'))).not.toContain('resolver ');
      expect(config(external('localhost'), ['10.96.0.10'])).toContain('location / { return 503; }');
      expect(config(external('127.0.0.1'))).toContain('location / { return 503; }');
      // Nobody is there to be asked.
      expect(config(external('example.com'))).toContain('location / { return 503; }');
      expect(config(external('example.com'))).not.toContain('external_name');
    });
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

test('what Kubernetes takes for unset is not said', () => {
  const plain = `rules: [{ http: { paths: [{ path: /, pathType: ImplementationSpecific, backend: { service: { name: a, port: { number: 80 } } } }] } }], tls: [{}]`;
  const unset = `defaultBackend: ~, ingressClassName: ~, labels: ~, annotations: ~, tls: [{ hosts: [], secretName: "" }],
    rules: [{ host: "", http: { paths: [{ path: "", pathType: ImplementationSpecific, backend: { resource: ~, service: { name: a, port: { number: 80, name: "" } } } }] } }]`;
  const ingressesOf = (text: string) => labWith(`  one: { ${text} }`).ingresses;
  expect(ingressesOf(unset)).toEqual(ingressesOf(plain));
  expect(
    ingressesOf('defaultBackend: { service: { name: a, port: { number: 80 } } }, rules: [], tls: ~'),
  ).toMatchObject([{ rules: [], tls: [], defaultBackend: { port: 80 } }]);
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
