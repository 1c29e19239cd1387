/**
 * Worked examples: a few pods, their policies, and by hand who reaches whom. The pods are the same in all but one: three tiers
 * of a shop, and two pods of the people who run it, of which one bears the label of a tier.
 */
import type { ClusterPod, PolicyObject, PolicySpec, PortItem } from './evaluate.ts';
import type { World } from './world.ts';

export interface Example {
  readonly name: string;
  readonly world: World;
  /** By `TCP 8080`: a row for each who calls, a letter for each of `to`. `.` is open, `X` closed; whoever calls itself is `-`. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Whom the letters of a row are about, in this order; the machines outside only where there are so many letters. */
export const COLUMNS = ['shop/web', 'shop/api', 'shop/db', 'ops/scan', 'ops/term', 'office', 'guest'];

type Ports = ClusterPod['ports'];

const HTTP: Ports = [{ name: 'http', port: 8080 }];
const TIERS = { web: 'front', api: 'back', db: 'data', scan: 'front' } as const;

const pod = (namespace: string, name: keyof typeof TIERS, node: string, ports: Ports = HTTP) => ({
  ...{ namespace, name, node, ports },
  labels: { tier: TIERS[name] },
});

const pods = (ports: Readonly<Partial<Record<string, Ports>>> = {}): World['pods'] => [
  pod('shop', 'web', 'node1', ports['web']),
  pod('shop', 'api', 'node2', ports['api']),
  pod('shop', 'db', 'node1', ports['db']),
  pod('ops', 'scan', 'node2', ports['scan']),
  { namespace: 'ops', name: 'term', node: 'node1', ports: HTTP },
];

const world = (policies: readonly PolicyObject[], ports: Parameters<typeof pods>[0] = {}): World => ({
  namespaces: { shop: null, ops: { team: 'ops' } },
  pods: pods(ports),
  policies,
});

const inShop = (name: string, spec: PolicySpec): PolicyObject => ({ namespace: 'shop', name, spec });
const tier = (value: string) => ({ matchLabels: { tier: value } });
const TEAM_OPS = { matchLabels: { team: 'ops' } };
const PORTS_8000: PortItem[] = [{ port: 8000, endPort: 8999 }, { protocol: 'UDP' }];

const EVERYBODY = {
  'shop/web': '-....',
  'shop/api': '.-...',
  'shop/db': '..-..',
  'ops/scan': '...-.',
  'ops/term': '....-',
};

export const EXAMPLES: readonly Example[] = [
  {
    name: 'each tier hears the one before it, in its own namespace',
    world: world([
      inShop('db', { podSelector: tier('data'), ingress: [{ from: [{ podSelector: tier('back') }] }] }),
      inShop('api', { podSelector: tier('back'), ingress: [{ from: [{ podSelector: tier('front') }] }] }),
    ]),
    expected: {
      'TCP 8080': {
        'shop/web': '-.X..',
        'shop/api': '.-...',
        'shop/db': '.X-..',
        'ops/scan': '.XX-.',
        'ops/term': '.XX.-',
      },
    },
  },
  {
    name: 'two selectors in one peer are both meant, in two peers either',
    world: world([
      inShop('both', {
        podSelector: tier('data'),
        ingress: [{ from: [{ namespaceSelector: TEAM_OPS, podSelector: tier('front') }] }],
      }),
      inShop('either', {
        podSelector: tier('back'),
        ingress: [{ from: [{ namespaceSelector: TEAM_OPS }, { podSelector: tier('front') }] }],
      }),
    ]),
    expected: {
      'TCP 8080': {
        'shop/web': '-.X..',
        'shop/api': '.-X..',
        'shop/db': '.X-..',
        'ops/scan': '...-.',
        'ops/term': '..X.-',
      },
    },
  },
  {
    name: 'a range of ports of TCP, and every port of UDP',
    world: world([
      inShop('some-ports', { podSelector: tier('data'), policyTypes: ['Ingress'], ingress: [{ ports: PORTS_8000 }] }),
    ]),
    expected: {
      'TCP 8080': EVERYBODY,
      'TCP 9090': {
        'shop/web': '-.X..',
        'shop/api': '.-X..',
        'shop/db': '..-..',
        'ops/scan': '..X-.',
        'ops/term': '..X.-',
      },
      'UDP 5353': EVERYBODY,
    },
  },
  {
    name: 'a name is another port on each pod, and on one of them none',
    world: world(
      [
        inShop('web-alone', { podSelector: {}, ingress: [{ ports: [{ port: 'web' }] }] }),
        {
          ...{ namespace: 'ops', name: 'to-web' },
          spec: {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'web' }] }],
          },
        },
      ],
      {
        web: [
          { name: 'web', port: 8080 },
          { name: 'admin', port: 9090 },
        ],
        api: [
          { name: 'web', port: 9090 },
          { name: 'admin', port: 8080 },
        ],
        db: [
          { name: 'sql', port: 8080 },
          { name: 'admin', port: 9090 },
        ],
        scan: [
          { name: 'web', port: 8080 },
          { name: 'admin', port: 9090 },
        ],
      },
    ),
    expected: {
      'TCP 8080': { 'shop/web': '-XX.', 'shop/api': '.-X.', 'shop/db': '.X-.', 'ops/scan': '.XX-' },
      'TCP 9090': { 'shop/web': '-.X.', 'shop/api': 'X-X.', 'shop/db': 'X.-.', 'ops/scan': 'X.X-' },
    },
  },
  {
    name: 'machines outside: a block with a hole in it, and everything but the pods',
    world: world([
      inShop('office-in', {
        podSelector: tier('front'),
        ingress: [{ from: [{ ipBlock: { cidr: '172.18.0.0/24', except: ['172.18.0.128/25'] } }] }],
      }),
      inShop('web-out', {
        podSelector: tier('front'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } }] }],
      }),
      inShop('db-from-pods', { podSelector: tier('data'), ingress: [{ from: [{ namespaceSelector: {} }] }] }),
    ]),
    expected: {
      'TCP 8080': {
        'shop/web': '-XXXX..',
        'shop/api': 'X-.....',
        'shop/db': 'X.-....',
        'ops/scan': 'X..-...',
        'ops/term': 'X...-..',
        office: '..X..',
        guest: 'X.X..',
      },
    },
  },
  {
    name: 'who sends needs leave, and who hears, too',
    world: world([
      inShop('nothing', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      inShop('web-to-api', {
        podSelector: tier('front'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: tier('back') }] }],
      }),
      inShop('api-from-web', {
        podSelector: tier('back'),
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: tier('front') }] }],
      }),
      inShop('api-to-db', {
        podSelector: tier('back'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: tier('data') }] }],
      }),
      inShop('web-from-all', { podSelector: tier('front'), policyTypes: ['Ingress'], ingress: [{}] }),
    ]),
    expected: {
      'TCP 8080': {
        'shop/web': '-.XXX',
        'shop/api': 'X-XXX',
        'shop/db': 'XX-XX',
        'ops/scan': '.XX-.',
        'ops/term': '.XX.-',
      },
    },
  },
];
