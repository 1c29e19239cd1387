/**
 * nginx' configuration for the Ingresses of a lab: a lab and its pods' readiness in, text out.
 *
 * As ingress-nginx writes it: backends are the pods themselves, not the Service's address, so that the proxy chooses,
 * and an endpoint that is not ready is left out. What follows from Kubernetes' rules for paths: an exact one before a
 * prefix, the longest prefix before the others, prefixes by whole elements; a precise host before a wildcard of one
 * label.
 */

import { bareAddresses } from '../../../compile/pod-addresses.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Wanted } from '../../../state/state.ts';
import { isReady } from '../../services/compile/readiness.ts';
import {
  CERTIFICATE_FOLDER,
  CONTROLLER,
  certificateName,
  FAKE_CERTIFICATE,
  HEALTH_PORT,
  INGRESS_CLASS,
  INGRESS_FILE,
  type Ingress,
  type IngressBackend,
} from '../model.ts';

/** The file for each pod of the controller; none where the lab has no Ingresses. */
export function compileIngressFiles(lab: Lab, unready: UnreadyPods = new Set()): Wanted[] {
  const controllers = ingressControllers(lab);
  const [first] = lab.ingresses ?? [];
  if (controllers.size === 0 || !first) return [];
  return lab.pods.flatMap(pod => {
    if (!controllers.has(pod.key)) return [];
    const hasIpv6 = bareAddresses(pod, lab.links).some(address => address.includes(':'));
    const text = nginxConfig(lab, unready, hasIpv6);
    const why = `${pod.key} leads requests to the pods behind the Ingresses as this says`;
    return [{ object: { kind: 'file', ns: pod.ns, path: INGRESS_FILE, text }, why, source: first.source }];
  });
}

/** It changes with the readiness of pods. */
export const isIngressFile = (object: KernelObject) => object.kind === 'file' && object.path === INGRESS_FILE;

/** Keys of the pods that serve: the endpoints of the controller's Service, as far as they are programs of this lab. */
export function ingressControllers({ ingresses, services, pods }: Lab): ReadonlySet<string> {
  if ((ingresses ?? []).length === 0) return new Set();
  const keys = new Set(services.find(({ key }) => key === CONTROLLER)?.endpoints.map(({ pod }) => pod));
  return new Set(pods.filter(({ key, containers }) => keys.has(key) && containers.length > 0).map(({ key }) => key));
}

interface Location {
  /** `= /cart`, `/cart/` */
  readonly match: string;
  readonly backend: IngressBackend;
  /** `default/shop` */
  readonly ingress: string;
}

interface VirtualHost {
  /** Empty for every other host. */
  readonly name: string;
  /** Name of its certificate; undefined without TLS. */
  readonly certificate: string | undefined;
  readonly locations: readonly Location[];
}

export function nginxConfig(lab: Lab, unready: UnreadyPods, hasIpv6: boolean): string {
  const ingresses = (lab.ingresses ?? []).filter(({ ingressClassName }) => ingressClassName === INGRESS_CLASS);
  const hasTls = (lab.ingresses ?? []).some(({ tls }) => tls.length > 0);
  const hosts = listHosts(ingresses);
  const upstreams = listUpstreams(hosts, lab, unready);
  const listen = (port: number, options = '') => [
    `listen ${port}${options};`,
    ...(hasIpv6 ? [`listen [::]:${port}${options};`] : []),
  ];
  return [
    '# written by netlab for the Ingresses of this lab; it is written anew when an endpoint comes or goes',
    ...['daemon off;', 'user root root;', 'worker_processes 1;', 'pid /run/nginx/nginx.pid;'],
    'events { worker_connections 1024; }',
    'http {',
    ...indent([
      ...HTTP,
      ...[...upstreams].flatMap(([name, servers]) =>
        block(
          `upstream ${name}`,
          // Readiness alone says which endpoints can serve: a single error puts none aside.
          servers.map(server => `server ${server} max_fails=0;`),
        ),
      ),
      ...block('server', [...listen(HEALTH_PORT), 'access_log off;', 'location /healthz { return 200; }']),
      ...hosts.flatMap(host => block('server', serverLines(host, upstreams, hasTls, listen))),
    ]),
    '}',
    '',
  ].join('\n');
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const HTTP = [
  `log_format main '$remote_addr "$request_method $scheme://$host$request_uri" $status $upstream_addr';`,
  'access_log /dev/stdout main;',
  ...TEMPORARY.map(name => `${name}_temp_path /run/nginx/${name};`),
  'server_tokens off;',
  'server_names_hash_bucket_size 512;',
  "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }",
  'proxy_http_version 1.1;',
  'proxy_connect_timeout 2s;',
  'proxy_next_upstream error timeout;',
  'proxy_next_upstream_tries 3;',
  'proxy_set_header Host $http_host;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection $connection_upgrade;',
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header X-Forwarded-For $remote_addr;',
  'proxy_set_header X-Forwarded-Host $http_host;',
  'proxy_set_header X-Forwarded-Port $server_port;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
];

const indent = (lines: readonly string[]) => lines.map(line => `  ${line}`);
const block = (head: string, lines: readonly string[]) => [`${head} {`, ...indent(lines), '}'];

/** The one for every other host is always there, and comes first. */
function listHosts(ingresses: readonly Ingress[]): VirtualHost[] {
  const names = new Set(['', ...ingresses.flatMap(({ rules }) => rules.map(({ host }) => host))]);
  return [...names].sort().map(name => ({
    name,
    certificate: certificateOf(name, ingresses),
    locations: locationsOf(name, ingresses),
  }));
}

function certificateOf(host: string, ingresses: readonly Ingress[]): string | undefined {
  for (const { namespace, tls } of ingresses) {
    const found = tls.find(({ hosts }) => hosts.includes(host));
    if (found) return found.secretName === '' ? FAKE_CERTIFICATE : certificateName(namespace, found.secretName);
  }
  return undefined;
}

function locationsOf(host: string, ingresses: readonly Ingress[]): Location[] {
  const found = new Map<string, Location>();
  const add = (match: string, backend: IngressBackend, ingress: string) => {
    if (!found.has(match)) found.set(match, { match, backend, ingress });
  };
  const all = ingresses.flatMap(ingress =>
    ingress.rules.filter(rule => rule.host === host).flatMap(({ paths }) => paths.map(path => ({ ingress, path }))),
  );
  const exact = all.filter(({ path }) => path.pathType === 'Exact');
  for (const { ingress, path } of exact) add(`= ${path.path}`, path.backend, ingress.key);
  for (const { ingress, path } of all.filter(item => !exact.includes(item)))
    for (const match of prefixMatches(path.path)) add(match, path.backend, ingress.key);
  // A request that no path is for goes to the default backend of an Ingress that names the host, or names none at all.
  for (const { key, rules, defaultBackend } of ingresses) {
    const isMeant = host === '' ? rules.every(rule => rule.host === '') : rules.some(rule => rule.host === host);
    if (defaultBackend && isMeant) add('/', defaultBackend, key);
  }
  return [...found.values()].sort((a, b) => (a.match < b.match ? -1 : 1));
}

/** By whole elements: `/cart` is for /cart and /cart/1, and not for /carts. */
function prefixMatches(path: string): string[] {
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? ['/'] : [`= ${bare}`, `${bare}/`];
}

const upstreamName = ({ service, port }: IngressBackend) =>
  `${service.includes('/') ? service.replace('/', '-') : `default-${service}`}-${port}`;

/** By name, only those with an endpoint: nginx takes no empty one. */
function listUpstreams(hosts: readonly VirtualHost[], { services }: Lab, unready: UnreadyPods): Map<string, string[]> {
  const byKey = new Map(services.map(service => [service.key, service]));
  const upstreams = new Map<string, string[]>();
  for (const { backend } of hosts.flatMap(({ locations }) => locations)) {
    const service = byKey.get(backend.service);
    const index = service?.ports.findIndex(({ name, port }) => port === backend.port || name === backend.port) ?? -1;
    const servers = (service?.endpoints ?? []).flatMap(endpoint => {
      const { address, ports } = endpoint;
      const port = ports[index];
      if (!service || !isReady(endpoint, service, unready) || port === null || port === undefined) return [];
      return [address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`];
    });
    if (servers.length > 0) upstreams.set(upstreamName(backend), [...new Set(servers)].sort());
  }
  return new Map([...upstreams].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Listen = (port: number, options?: string) => string[];

function serverLines(
  { name, certificate, locations }: VirtualHost,
  upstreams: ReadonlyMap<string, unknown>,
  hasTls: boolean,
  listen: Listen,
): string[] {
  const isDefault = name === '' ? ' default_server' : '';
  const file = `${CERTIFICATE_FOLDER}/${certificate ?? FAKE_CERTIFICATE}`;
  const hasRoot = locations.some(({ match }) => match === '/');
  return [
    `server_name ${serverName(name)};`,
    ...listen(80, isDefault),
    ...(hasTls
      ? [...listen(443, ` ssl${isDefault}`), `ssl_certificate ${file}.crt;`, `ssl_certificate_key ${file}.key;`]
      : []),
    ...(certificate === undefined ? [] : ['if ($scheme = http) { return 308 https://$host$request_uri; }']),
    ...locations.map(location => locationLine(location, upstreams)),
    ...(hasRoot ? [] : ['location / { return 404; } # no path of an Ingress']),
  ];
}

/** A wildcard stands for one label; nginx' own would stand for several. */
function serverName(host: string): string {
  if (host === '') return '_';
  return host.startsWith('*.') ? `~^[^.]+${host.slice(1).replaceAll('.', '\\.')}$` : host;
}

function locationLine({ match, backend, ingress }: Location, upstreams: ReadonlyMap<string, unknown>): string {
  const name = upstreamName(backend);
  const action = upstreams.has(name) ? `proxy_pass http://${name};` : 'return 503;';
  const why = upstreams.has(name)
    ? `Ingress ${ingress}`
    : `Ingress ${ingress}: Service ${backend.service} has no endpoints`;
  return `location ${match} { ${action} } # ${why}`;
}
