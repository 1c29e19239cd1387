/**
 * `healthCheckNodePort`: by it a load balancer in front of the nodes learns which of them have endpoints of a Service that
 * only local ones may answer for. Each node answers as kube-proxy does (pkg/proxy/healthcheck/service_health.go).
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { AnswerEffect } from '../../feature.ts';
import { isReady } from '../compile/readiness.ts';
import type { Service } from '../model.ts';
import { isProxied } from '../proxied.ts';

export function answerHealthChecks({ services, nodes }: Lab, unready: UnreadyPods): AnswerEffect[] {
  return services.filter(isProxied).flatMap(service => {
    const { healthCheckNodePort: port } = service;
    if (port === null) return [];
    const ready = service.endpoints.filter(endpoint => isReady(endpoint, service, unready));
    const inside = nodes.filter(({ external }) => !external);
    return inside.map(({ ns, key }): AnswerEffect => {
      const local = ready.filter(({ node }) => node === key).map(({ pod, address }) => pod ?? address);
      return { kind: 'answer', ns, port, ...answer(service, new Set(local).size) };
    });
  });
}

function answer({ namespace, name }: Service, localEndpoints: number) {
  const facts = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true };
  return {
    status: localEndpoints > 0 ? 200 : 503,
    headers: {
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
      'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
    },
    body: JSON.stringify(facts, null, '\t'),
  };
}
