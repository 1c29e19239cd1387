/**
 * nginx' configuration for the Ingresses of a lab: a lab and its pods' readiness in, text out.
 *
 * Where requests go is worked out in `hosts.ts`, and what stands there in `backends.ts`; here it becomes nginx' words.
 */

import { bareAddresses } from '../../../compile/pod-addresses.ts';
import type { Lab, Pod } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Wanted } from '../../../state/state.ts';
import { type Resolver, resolverOf } from '../../dns/compile/resolver.ts';
import {
  CERTIFICATE_FOLDER,
  CONTROLLER,
  FAKE_CERTIFICATE,
  HEALTH_PORT,
  INGRESS_CLASS,
  INGRESS_FILE,
} from '../model.ts';
import { type Backend, backendFinder, type FindBackend, type LookedUp } from './backends.ts';
import { type Location, listHosts, type VirtualHost } from './hosts.ts';
import { lookUpFirst, lookUpFurther, resolverLines } from './look-up.ts';
import { block, indent, quote } from './words.ts';

/** The file for each pod of the controller; none where the lab has no Ingresses. */
export function compileIngressFiles(lab: Lab, unready: UnreadyPods = new Set()): Wanted[] {
  const controllers = ingressControllers(lab);
  const [first] = lab.ingresses ?? [];
  if (controllers.size === 0 || !first) return [];
  return lab.pods.flatMap(pod => {
    if (!controllers.has(pod.key)) return [];
    const text = nginxConfig(lab, unready, surroundingsOf(pod, lab));
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

/** What nginx finds where it runs. */
export interface Surroundings {
  readonly hasIpv6: boolean;
  readonly resolver: Resolver;
}

function surroundingsOf(pod: Pod, lab: Lab): Surroundings {
  const addresses = bareAddresses(pod, lab.links, lab);
  return { hasIpv6: addresses.some(address => address.includes(':')), resolver: resolverOf(pod, lab, addresses) };
}

export function nginxConfig(lab: Lab, unready: UnreadyPods, { hasIpv6, resolver }: Surroundings): string {
  const ingresses = (lab.ingresses ?? []).filter(({ ingressClassName }) => ingressClassName === INGRESS_CLASS);
  const hasTls = (lab.ingresses ?? []).some(({ tls }) => tls.length > 0);
  const hosts = listHosts(ingresses);
  const find = backendFinder(lab, unready, resolver);
  const backends = backendsOf(hosts, find);
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
      ...hashSize(hosts),
      ...(backends.some(isLookedUp) ? resolverLines(resolver, hasIpv6) : []),
      ...backends.flatMap(upstreamLines),
      ...block('server', [...listen(HEALTH_PORT), 'access_log off;', 'location /healthz { return 200; }']),
      ...hosts.flatMap(host => block('server', serverLines(host, find, hasTls, listen))),
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

/** nginx does not start where the names of hosts have too little room; by itself it has it for some hundreds. */
const hashSize = (hosts: readonly VirtualHost[]) =>
  hosts.length <= 100 ? [] : [`server_names_hash_max_size ${16 * hosts.length};`];

/** Each once, by name. */
function backendsOf(hosts: readonly VirtualHost[], find: FindBackend): Backend[] {
  const all = hosts.flatMap(({ locations }) =>
    locations.flatMap(({ target }) => (target ? [find(target.backend)] : [])),
  );
  const byName = new Map(all.map(backend => [backend.name, backend]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const isLookedUp = (backend: Backend): backend is LookedUp => backend.kind === 'looked up';

/** Only one with an endpoint: nginx takes no empty one. Readiness alone says which can serve: an error puts none aside. */
function upstreamLines(backend: Backend): string[] {
  if (backend.kind !== 'servers' || backend.servers.length === 0) return [];
  return block(
    `upstream ${backend.name}`,
    backend.servers.map(server => `server ${server} max_fails=0;`),
  );
}

type Listen = (port: number, options?: string) => string[];

function serverLines(host: VirtualHost, find: FindBackend, hasTls: boolean, listen: Listen): string[] {
  const { name, certificate, locations } = host;
  const isDefault = name === '' ? ' default_server' : '';
  const file = `${CERTIFICATE_FOLDER}/${certificate ?? FAKE_CERTIFICATE}`;
  const hasRoot = locations.some(({ kind, path }) => kind === 'prefix' && path === '/');
  return [
    `server_name ${serverName(name)};`,
    ...listen(80, isDefault),
    ...(hasTls
      ? [...listen(443, ` ssl${isDefault}`), `ssl_certificate ${file}.crt;`, `ssl_certificate_key ${file}.key;`]
      : []),
    ...(certificate === undefined ? [] : ['if ($scheme = http) { return 308 https://$host$request_uri; }']),
    ...locations.flatMap(location => locationLines(location, find)),
    ...(hasRoot ? [] : ['location / { return 404; } # no path of an Ingress']),
    ...backendsOf([host], find).filter(isLookedUp).flatMap(lookUpFurther),
  ];
}

/** A wildcard stands for one label; nginx' own would stand for several. */
function serverName(host: string): string {
  if (host === '') return '_';
  return host.startsWith('*.') ? `~^[^.]+${host.slice(1).replaceAll('.', '\\.')}$` : host;
}

/** A location of one word is one line. */
function locationLines({ kind, path, target }: Location, find: FindBackend): string[] {
  const head = `location ${kind === 'exact' ? '= ' : ''}${quote(path)}`;
  if (!target) return [`${head} { return 404; } # no path of an Ingress`];
  const backend = find(target.backend);
  const why = `# Ingress ${target.ingress}`;
  if (backend.kind === 'looked up') {
    const [first, ...lines] = block(head, lookUpFirst(backend));
    return [`${first} ${why}: Service ${target.backend.service} is a name`, ...lines];
  }
  if (backend.servers.length > 0) return [`${head} { proxy_pass http://${backend.name}; } ${why}`];
  return [`${head} { return 503; } ${why}: Service ${target.backend.service} has no endpoints`];
}
