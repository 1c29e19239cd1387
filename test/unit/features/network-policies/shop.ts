/** A shop whose database lets in one tier, as tests of what policies mean share it. */
import type { Lab, Pod } from '../../../../src/language/lab/lab.ts';
import { labOf } from '../../resolve/lab-of.ts';

export const SHOP = labOf(`
nodes: { node1: {}, node2: {}, client: { external: true } }
cluster: { dns: false }
namespaces: { ops: { labels: { team: b } } }
pods:
  web: { node: node1, labels: { app: web } }
  agent: { node: node2, hostNetwork: true, labels: { app: back } }
  shop/front: { node: node1, labels: { app: front }, containers: { c: { command: [sleep], ports: [{ name: http, containerPort: 8080 }] } } }
  shop/back: { node: node1, labels: { app: back } }
  shop/db: { node: node2, labels: { app: db } }
  shop/cache: { replicas: 6, node: node2, labels: { app: cache } }
  ops/prometheus: { node: node2, labels: { app: prometheus } }
networkPolicies:
  shop/default-deny: { podSelector: {}, policyTypes: [Ingress, Egress] }
  shop/db-from-back:
    podSelector: { matchLabels: { app: db } }
    policyTypes: [Ingress]
    ingress:
      - from: [{ podSelector: { matchLabels: { app: back } } }]
        ports: [{ port: 5432 }]
      - from: [{ namespaceSelector: { matchLabels: { team: b } }, podSelector: { matchLabels: { app: prometheus } } }]
        ports: [{ port: 9187 }, { port: 9100, endPort: 9200 }]
  shop/back:
    podSelector: { matchLabels: { app: back } }
    policyTypes: [Egress]
    egress:
      - to: [{ podSelector: { matchLabels: { app: db } } }]
      - { to: [{ ipBlock: { cidr: 203.0.113.0/24, except: [203.0.113.0/26] } }], ports: [{ port: 443 }, { port: 53, protocol: UDP }] }
      - to: [{ podSelector: { matchLabels: { app: front } } }]
        ports: [{ port: http }]
  shop/front:
    podSelector: { matchLabels: { app: front } }
    policyTypes: [Ingress]
    ingress: [{ ports: [{ port: http }] }]
  shop/cache:
    podSelector: { matchLabels: { app: cache } }
    policyTypes: [Ingress, Egress]
    ingress: [{ from: [{ podSelector: { matchLabels: { app: cache } } }] }, { from: [{ ipBlock: { cidr: 172.18.0.0/16 } }] }]
    egress: [{ to: [{ podSelector: { matchLabels: { app: cache } } }] }]
`);

export const podOf = (key: string, lab: Lab = SHOP): Pod => {
  const pod = lab.pods.find(one => one.key === key);
  if (!pod) throw new Error(`no pod ${key}`);
  return pod;
};
