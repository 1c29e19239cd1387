/** Ingresses of a generated lab: hosts, paths of every type, TLS, default backends, to whichever Services the lab has. */
import fc from 'fast-check';
import type { IngressBackendEntry, IngressEntry, LabFile } from '../../src/language/lab/generated/lab-file.ts';
import type { ServiceChoice } from './arbitrary-services.ts';

export const ingresses = fc.array(
  fc.record({
    service: fc.nat(9),
    host: fc.constantFrom(undefined, 'shop.example.com', '*.example.com'),
    paths: fc.subarray(['Exact', 'Prefix', 'ImplementationSpecific'] as const),
    tls: fc.constantFrom('no', 'no', 'named', 'nameless'),
    isDefault: fc.boolean(),
    isOthers: fc.nat(5).map(dice => dice === 0),
    isByNumber: fc.boolean(),
  }),
  { maxLength: 3 },
);

type IngressChoice = typeof ingresses extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/** Undefined where there is no Service that they could lead to. */
export function writeIngresses(
  choices: readonly IngressChoice[],
  services: readonly ServiceChoice[],
): LabFile['ingresses'] {
  if (services.length === 0 || choices.length === 0) return undefined;
  return Object.fromEntries(
    choices.map((choice, index) => {
      const service = services[choice.service % services.length] ?? services[0];
      const [name = '', namespace] = (service?.name ?? '').split('/').reverse();
      const isNamed = service?.type !== 'ExternalName' && service?.ports === 2 && !choice.isByNumber;
      const port = isNamed ? { name: 'port-0' } : { number: 80 };
      const key = `${namespace === undefined ? '' : `${namespace}/`}site-${index}`;
      return [key, writeIngress(choice, { service: { name, port } }, index)];
    }),
  );
}

/**
 * No two want the same: each has its own hosts and paths, the first the root, and it alone what comes for no host or no
 * rule, and a certificate for it.
 */
function writeIngress(choice: IngressChoice, backend: IngressBackendEntry, index: number): IngressEntry {
  const { paths, tls, isOthers } = choice;
  const isFirst = index === 0;
  const host =
    choice.host?.replace('example', `example-${index}`) ?? (isFirst ? undefined : `own-${index}.example.com`);
  const path = (pathType: string) =>
    isFirst && pathType === 'Prefix' ? '/' : `/${index}/${pathType === 'Prefix' ? 'a%20b/' : pathType.toLowerCase()}`;
  const http = { paths: paths.map(pathType => ({ path: path(pathType), pathType, backend })) };
  const rule = { ...(host === undefined ? {} : { host }), ...(paths.length === 0 ? {} : { http }) };
  const hasRule = paths.length > 0 || host !== undefined;
  const isDefault = isFirst && (choice.isDefault || !hasRule);
  return {
    ...(isOthers ? { ingressClassName: 'others' } : {}),
    ...(isDefault ? { defaultBackend: backend } : {}),
    ...(hasRule ? { rules: [rule] } : {}),
    ...(tls === 'no' ? {} : { tls: [tls === 'named' ? { secretName: `tls-${index}` } : {}] }),
  };
}
