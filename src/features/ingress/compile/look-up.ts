/**
 * Locations of nginx that lead to a name: it is looked up when a request comes, and again when its answer has expired. Pure.
 *
 * nginx says 502 for a name that nobody knows; then the next one is tried, and at last it is 503, which ingress-nginx says
 * where a backend has no endpoint. 502 remains for an address that does not answer. A request that has already come
 * by here (RFC 8586) goes round in circles.
 */
import type { Resolver } from '../../dns/compile/resolver.ts';
import type { LookedUp } from './backends.ts';
import { block, quote } from './words.ts';

const MARK = 'ingress-nginx';

/** For all of HTTP. A variable that no location has set is empty, and an empty header is not sent. */
export function resolverLines({ nameservers }: Resolver, hasIpv6: boolean): string[] {
  const servers = nameservers.map(address => (address.includes(':') ? `[${address}]` : address));
  return [
    ...(servers.length === 0 ? [] : [`resolver ${servers.join(' ')}${hasIpv6 ? '' : ' ipv6=off'};`]),
    'resolver_timeout 5s;',
    'recursive_error_pages on;',
    'uninitialized_variable_warn off;',
    `map $external_name $cdn_loop { default ${MARK}; '' $http_cdn_loop; }`,
    'proxy_set_header CDN-Loop $cdn_loop;',
  ];
}

const CIRCLE = `if ($http_cdn_loop ~ ${MARK}) { return 508; }`;
/** An address has been found already, and tried. */
const HAS_TRIED = 'if ($upstream_addr ~ "[0-9]") { return 502; }';

/** What stands in the location of the path. */
export const lookUpFirst = (backend: LookedUp) => [CIRCLE, ...tryName(backend, 0)];

/** The locations that it goes on to: one for each further name, and one for the end. */
export function lookUpFurther(backend: LookedUp): string[] {
  const places = [...backend.names.keys()].map(index => `location ${place(backend, index + 1)}`);
  return places.flatMap((head, index) => {
    const isLast = index === places.length - 1;
    return block(head, [HAS_TRIED, ...(isLast ? ['return 503;'] : tryName(backend, index + 1))]);
  });
}

const place = ({ name }: LookedUp, index: number) => `@${name}_${index}`;

const tryName = (backend: LookedUp, index: number) => [
  `set $external_name ${quote(backend.names[index] ?? '')};`,
  `proxy_pass http://$external_name:${backend.port};`,
  `error_page 502 = ${place(backend, index + 1)};`,
];
