/** What of Services follows readiness: chains, and what nodes tell a load balancer. */
import { describe, expect, test } from 'vitest';
import type { FollowEffect } from '../../../../src/features/feature.ts';
import { followEndpoints } from '../../../../src/features/services/follow/follow.ts';
import { keyOf } from '../../../../src/state/kinds.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = labOf(`
cluster: { dns: false }
nodes: { node1: {}, node2: {}, outside: { external: true } }
pods:
  a: { node: node1, labels: { app: web }, containers: { c: { command: [sleep] } } }
  b: { node: node2, labels: { app: web }, containers: { c: { command: [sleep] } } }
services:
  dns: { clusterIP: 10.96.0.53, type: NodePort, selector: { app: web }, ports: [{ port: 53, protocol: UDP, nodePort: 30053 }] }
  web: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000, selector: { app: web }, ports: [{ port: 80 }] }
`);

function effects<K extends FollowEffect['kind']>(kind: K, ...unready: readonly string[]) {
  const all = followEndpoints.prepare(LAB).effects?.(new Set(unready)) ?? [];
  return all.filter((effect): effect is Extract<FollowEffect, { readonly kind: K }> => effect.kind === kind);
}

describe('at the health check port', () => {
  const told = (...unready: readonly string[]) =>
    effects('answer', ...unready).map(({ ns, port, status, headers, body }) => [
      ...[ns, port, status, headers['X-Load-Balancing-Endpoint-Weight']],
      JSON.parse(body),
    ]);
  const facts = (localEndpoints: number) => ({
    service: { namespace: 'default', name: 'web' },
    ...{ localEndpoints, serviceProxyHealthy: true },
  });

  test('each node of the cluster tells how many endpoints of its own are ready', () => {
    expect(told()).toEqual([
      ['node1', 31000, 200, '1', facts(1)],
      ['node2', 31000, 200, '1', facts(1)],
    ]);
    expect(told('a')[0]).toEqual(['node1', 31000, 503, '0', facts(0)]);
  });
});

test('chains of all nodes are those that a compile gives', () => {
  const follower = followEndpoints.prepare(LAB);
  const chains = [...(follower.chains?.(new Set(['a'])) ?? [])];
  expect(chains.map(({ ns }) => ns)).toEqual(['node1', 'node2']);
  const isFollowing = followEndpoints.objects?.isFollowing(LAB);
  const compiled = (followEndpoints.objects?.compile(LAB, new Set(['a'])) ?? [])
    .map(({ object }) => object)
    .filter(object => isFollowing?.(object) && object.kind === 'rules' && object.ns === 'node1');
  const filled = [...(chains[0]?.wanted ?? [])].filter(([, rules]) => rules !== '').map(([key]) => key);
  expect(filled.map(key => `rules node1 4 ${key}`).sort()).toEqual(compiled.map(keyOf).sort());
});
