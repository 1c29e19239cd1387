/** What the answer of an Ingress depends on besides the way to its controller: the ways from there to the endpoints behind it. */
import type { Lab } from '../../language/lab/lab.ts';
import type { ExplainContext, Explainer, ExplainRequest } from '../../path/explainer.ts';
import type { FurtherAttempt } from '../../path/failed-attempt.ts';
import type { Endpoint } from '../services/model.ts';
import { ingressControllers } from './compile/nginx.ts';
import { type Ingress, type IngressBackend, portIndex } from './model.ts';

export const explainIngresses = (): Explainer => ({ sysctls: [], findCauses: async () => [], findFurther });

function findFurther({ attempt, backend }: ExplainRequest, { lab, directory, unready }: ExplainContext) {
  const { probe, frontend } = attempt;
  const { count: _, stopAtLoss: __, backends: ___, ...once } = probe;
  const controllers = ingressControllers(lab);
  const asked = backend ? [backend.ns] : (frontend?.backends.map(({ ns }) => ns) ?? [probe.to]);
  const from = lab.pods.find(({ key, ns }) => controllers.has(key) && asked.includes(ns))?.ns;
  if (from === undefined || probe.protocol !== 'http') return [];
  const isUp = ({ ready, pod }: Endpoint) => ready && (pod === null || !unready.has(pod));
  return backendsFor(probe.host, lab).flatMap(({ service, port }) => {
    const found = lab.services.find(({ key }) => key === service);
    const index = found ? portIndex(found, port) : -1;
    return (found?.endpoints ?? []).filter(isUp).flatMap((endpoint): FurtherAttempt[] => {
      const to = directory.ownerOf(endpoint.address)?.entry.ns ?? null;
      const own = endpoint.ports[index];
      return own === undefined || own === null ? [] : [{ ...once, from, to, address: endpoint.address, port: own }];
    });
  });
}

/** Of all rules that may be for a host; each once. */
function backendsFor(host: string | undefined, { ingresses }: Lab): IngressBackend[] {
  const all = ingresses.flatMap(({ rules, defaultBackend }: Ingress) => [
    ...rules.filter(rule => isFor(rule.host, host)).flatMap(({ paths }) => paths.map(({ backend }) => backend)),
    ...(defaultBackend ? [defaultBackend] : []),
  ]);
  return [...new Map(all.map(one => [`${one.service} ${one.port}`, one])).values()];
}

const isFor = (rule: string, host: string | undefined) =>
  rule === '' || host === undefined || rule === host || (rule.startsWith('*.') && host.endsWith(rule.slice(1)));
