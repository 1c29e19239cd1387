/** What the zone of a lab says: for each statement of Kubernetes' DNS specification a question. */
import type { Answer } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { lookUp } from '../../../src/dns-server/look-up.ts';
import { parseZone, type Zone } from '../../../src/dns-server/zone.ts';
import { zoneOf, zoneTextOf } from './zone-of.ts';

const LAB = `
cluster: { ipFamily: dual }
nodes: { node1: {} }
pods:
  db: { replicas: 2, labels: { app: db }, subdomain: db }
  web: { labels: { app: web }, containers: { http: { command: [x], ports: [{ name: http, containerPort: 8080 }] } } }
services:
  web: { clusterIPs: [10.96.0.80, "fd00:10:96::80"], selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }, { name: dns, port: 53, protocol: UDP }] }
  nameless: { clusterIP: 10.96.0.81, selector: { app: web }, ports: [{ port: 80 }] }
  db: { clusterIP: None, ipFamilyPolicy: RequireDualStack, selector: { app: db }, ports: [{ name: sql, port: 80, targetPort: 5432 }] }
  other: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 80, targetPort: 5432 }] }
  eager: { clusterIP: None, selector: { app: web }, publishNotReadyAddresses: true }
  by-hand: { clusterIP: None, ports: [{ name: sql, port: 1 }], endpointSlices: [{ endpoints: [{ addresses: [192.0.2.1], hostname: first }, { addresses: [192.0.2.2] }, { addresses: [192.0.2.3], conditions: { ready: false } }], ports: [{ name: sql, port: 7 }] }] }
  inside: { type: ExternalName, externalName: web.default.svc.cluster.local }
  outside: { type: ExternalName, externalName: www.example.com }
  circle: { type: ExternalName, externalName: circle.default.svc.cluster.local }
  ping: { type: ExternalName, externalName: pong.default.svc.cluster.local }
  pong: { type: ExternalName, externalName: ping.default.svc.cluster.local. }
  there: { type: ExternalName, externalName: ping.default.svc.cluster.local }
  team-a/web: { clusterIP: 10.96.0.90, selector: { app: none }, ports: [{ port: 80 }] }
`;

const ZONE = zoneOf(LAB);

/** `A 10.96.0.80` for each answer; the code where it is negative. */
function ask(name: string, type: string, zone: Zone = ZONE): string[] {
  const finding = lookUp({ name, type }, zone);
  if (!finding) return ['not ours'];
  if (finding.answers.length > 0) return finding.answers.map(write).sort();
  return [finding.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA', ...finding.authorities.map(({ name }) => name)];
}

function write(answer: Answer): string {
  if (answer.type === 'SRV') {
    const { priority, weight, port, target } = answer.data;
    return `SRV ${priority} ${weight} ${port} ${target}`;
  }
  return 'data' in answer ? `${answer.type} ${answer.data}` : answer.type;
}

const svc = (name: string) => `${name}.svc.cluster.local`;

describe('a Service with cluster IPs', () => {
  test('has their addresses', () => {
    expect(ask(svc('web.default'), 'A')).toEqual(['A 10.96.0.80']);
    expect(ask(svc('web.default'), 'AAAA')).toEqual(['AAAA fd00:10:96::80']);
    expect(ask(svc('web.team-a'), 'A')).toEqual(['A 10.96.0.90']);
  });

  test('has a name for each of its named ports, with the port of the Service', () => {
    expect(ask(svc('_http._tcp.web.default'), 'SRV')).toEqual(['SRV 0 100 80 web.default.svc.cluster.local']);
    expect(ask(svc('_dns._udp.web.default'), 'SRV')).toEqual(['SRV 0 100 53 web.default.svc.cluster.local']);
    expect(ask(svc('_http._udp.web.default'), 'SRV')[0]).toBe('NXDOMAIN');
    expect(ask(svc('_._tcp.nameless.default'), 'SRV')[0]).toBe('NXDOMAIN');
  });

  test('has all ports at its own name, as from CoreDNS', () => {
    expect(ask(svc('nameless.default'), 'SRV')).toEqual(['SRV 0 100 80 nameless.default.svc.cluster.local']);
    expect(ask(svc('web.default'), 'SRV')).toEqual([
      'SRV 0 50 53 web.default.svc.cluster.local',
      'SRV 0 50 80 web.default.svc.cluster.local',
    ]);
    expect(ask(svc('db.default'), 'SRV', zoneOf(LAB, ['db-0']))).toEqual([
      'SRV 0 100 5432 db-1.db.default.svc.cluster.local',
    ]);
  });

  test('sends the addresses of a port along', () => {
    const finding = lookUp({ name: svc('_http._tcp.web.default'), type: 'SRV' }, ZONE);
    expect(finding?.additionals.map(write)).toEqual(['A 10.96.0.80', 'AAAA fd00:10:96::80']);
  });

  test('is found by its addresses', () => {
    expect(ask('80.0.96.10.in-addr.arpa', 'PTR')).toEqual(['PTR web.default.svc.cluster.local']);
    const digits = '0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f';
    expect(ask(`${digits}.ip6.arpa`, 'PTR')).toEqual(['PTR web.default.svc.cluster.local']);
  });

  test('is there whether anybody is ready or not', () => {
    expect(ask(svc('web.default'), 'A', zoneOf(LAB, ['web']))).toEqual(['A 10.96.0.80']);
  });
});

describe('a headless Service', () => {
  test('is its endpoints, in both families', () => {
    expect(ask(svc('db.default'), 'A')).toEqual(['A 10.244.0.2', 'A 10.244.0.3']);
    expect(ask(svc('db.default'), 'AAAA')).toEqual(['AAAA fd00:10:244::2', 'AAAA fd00:10:244::3']);
  });

  test('has a name for each, by hostname where its Service is the subdomain', () => {
    expect(ask(svc('db-1.db.default'), 'A')).toEqual(['A 10.244.0.3']);
    expect(ask(svc('db-1.db.default'), 'AAAA')).toEqual(['AAAA fd00:10:244::3']);
    expect(ask(svc('db-1.other.default'), 'A')[0]).toBe('NXDOMAIN');
    expect(ask(svc('10-244-0-3.other.default'), 'A')).toEqual(['A 10.244.0.3']);
  });

  test('has a name for each port at each endpoint, with the port of the pod', () => {
    expect(ask(svc('_sql._tcp.db.default'), 'SRV')).toEqual([
      'SRV 0 50 5432 db-0.db.default.svc.cluster.local',
      'SRV 0 50 5432 db-1.db.default.svc.cluster.local',
    ]);
  });

  test('is found by the addresses of its endpoints', () => {
    expect(ask('3.0.244.10.in-addr.arpa', 'PTR')).toEqual([
      'PTR 10-244-0-3.other.default.svc.cluster.local',
      'PTR db-1.db.default.svc.cluster.local',
    ]);
  });

  test('leaves out who is not ready, and is not there without anybody', () => {
    expect(ask(svc('db.default'), 'A', zoneOf(LAB, ['db-0']))).toEqual(['A 10.244.0.3']);
    expect(ask(svc('db-0.db.default'), 'A', zoneOf(LAB, ['db-0']))[0]).toBe('NXDOMAIN');
    expect(ask(svc('_sql._tcp.db.default'), 'SRV', zoneOf(LAB, ['db-0']))).toEqual([
      'SRV 0 100 5432 db-1.db.default.svc.cluster.local',
    ]);
    expect(ask(svc('db.default'), 'A', zoneOf(LAB, ['db-0', 'db-1']))[0]).toBe('NXDOMAIN');
  });

  test('counts who is not ready where it asks for that', () => {
    expect(ask(svc('eager.default'), 'A', zoneOf(LAB, ['web']))).toEqual(['A 10.244.0.4']);
  });

  test('may have endpoints by hand', () => {
    expect(ask(svc('by-hand.default'), 'A')).toEqual(['A 192.0.2.1', 'A 192.0.2.2']);
    expect(ask(svc('first.by-hand.default'), 'A')).toEqual(['A 192.0.2.1']);
    expect(ask(svc('_sql._tcp.by-hand.default'), 'SRV')[0]).toBe(
      'SRV 0 50 7 192-0-2-2.by-hand.default.svc.cluster.local',
    );
  });
});

describe('an alias', () => {
  test('is answered together with what it stands for', () => {
    expect(ask(svc('inside.default'), 'A')).toEqual(['A 10.96.0.80', 'CNAME web.default.svc.cluster.local']);
    expect(ask(svc('inside.default'), 'CNAME')).toEqual(['CNAME web.default.svc.cluster.local']);
  });

  test('leads outside', () => {
    expect(lookUp({ name: svc('outside.default'), type: 'A' }, ZONE)).toMatchObject({ onward: 'www.example.com' });
    expect(lookUp({ name: svc('outside.default'), type: 'CNAME' }, ZONE)).toMatchObject({ onward: null });
  });

  test('to itself, or round in circles, is a failure and no answer', () => {
    for (const name of ['circle', 'ping', 'pong', 'there'])
      expect(lookUp({ name: svc(`${name}.default`), type: 'A' }, ZONE), name).toMatchObject({
        ...{ rcode: 'SERVFAIL', answers: [], onward: null },
      });
    expect(ask(svc('circle.default'), 'CNAME')).toEqual(['CNAME circle.default.svc.cluster.local']);
  });

  test('may stand for any number of others', () => {
    const chain = Array.from(
      { length: 30 },
      (_, index) => `a${index}: { type: ExternalName, externalName: a${index + 1}.default.svc.cluster.local }`,
    );
    const zone = zoneOf(`
nodes: { node1: {} }
services: { ${chain.join(', ')}, a30: { clusterIP: 10.96.0.30, ports: [{ port: 80 }] } }`);
    expect(ask(svc('a0.default'), 'A', zone)).toHaveLength(31);
  });
});

describe('a pod', () => {
  test.each([
    ['10-244-0-3.default.pod.cluster.local', 'A', 'A 10.244.0.3'],
    ['192-0-2-77.team-a.pod.cluster.local', 'A', 'A 192.0.2.77'],
    ['fd00-10-244--3.default.pod.cluster.local', 'AAAA', 'AAAA fd00:10:244::3'],
    ['10-244-0-3.default.pod.cluster.local', 'AAAA', 'NODATA'],
    ['10-244-0-333.default.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['010-244-0-3.default.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['web.default.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['10-244-0-3.nowhere.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['x.10-244-0-3.default.pod.cluster.local', 'A', 'NXDOMAIN'],
  ])('%s %s', (name, type, answer) => {
    expect(ask(name, type)[0]).toBe(answer);
  });
});

describe('the zone itself', () => {
  test('says which specification it follows', () => {
    expect(ask('dns-version.cluster.local', 'TXT')).toEqual([expect.stringMatching(/^TXT \d+\.\d+\.\d+$/)]);
  });

  test.each([
    ['nobody.default.svc.cluster.local', 'A', 'NXDOMAIN', 'cluster.local'],
    ['web.nowhere.svc.cluster.local', 'A', 'NXDOMAIN', 'cluster.local'],
    ['nobody.cluster.local', 'A', 'NXDOMAIN', 'cluster.local'],
    ['web.default.svc.cluster.local', 'MX', 'NODATA', 'cluster.local'],
    ['web.default.svc.cluster.local', 'UNKNOWN_65', 'NODATA', 'cluster.local'],
    ['nameless.default.svc.cluster.local', 'AAAA', 'NODATA', 'cluster.local'],
    ['default.svc.cluster.local', 'A', 'NODATA', 'cluster.local'],
    ['kube-public.svc.cluster.local', 'A', 'NODATA', 'cluster.local'],
    ['svc.cluster.local', 'A', 'NODATA', 'cluster.local'],
    ['_tcp.web.default.svc.cluster.local', 'A', 'NODATA', 'cluster.local'],
    ['cluster.local', 'A', 'NODATA', 'cluster.local'],
    ['9.9.96.10.in-addr.arpa', 'PTR', 'NXDOMAIN', 'in-addr.arpa'],
    ['96.10.in-addr.arpa', 'PTR', 'NODATA', 'in-addr.arpa'],
  ])('%s %s: %s', (name, type, code, zone) => {
    expect(ask(name, type)).toEqual([code, zone]);
  });

  test.each(['example.com', 'local', 'notcluster.local', '', 'arpa', 'web'])('has nothing to say of %j', name => {
    expect(ask(name, 'A')).toEqual(['not ours']);
  });

  test('does not care for capital letters, nor for a dot at the end', () => {
    expect(ask('WEB.default.Svc.CLUSTER.local', 'A')).toEqual(['A 10.96.0.80']);
    expect(ask('web.default.svc.cluster.local.', 'A')).toEqual(['A 10.96.0.80']);
  });

  test('has all records of a name', () => {
    const all = ask(svc('web.default'), 'ANY');
    expect(all).toEqual([
      'A 10.96.0.80',
      'AAAA fd00:10:96::80',
      expect.stringMatching(/^SRV/),
      expect.stringMatching(/^SRV/),
    ]);
    expect(ask('cluster.local', 'NS')).toEqual(['NS ns.dns.cluster.local']);
    expect(ask('ns.dns.cluster.local', 'A')).toEqual(['A 10.96.0.10']);
  });

  test('may have another name and another time to live', () => {
    const own = LAB.replace('ipFamily: dual', 'ipFamily: dual, dns: { domain: Lab.Example, ttl: 5 }');
    const zone = zoneOf(own.replaceAll('cluster.local', 'lab.example'));
    const finding = lookUp({ name: 'web.default.svc.lab.example', type: 'A' }, zone);
    expect(finding?.answers).toMatchObject([{ data: '10.96.0.80', ttl: 5 }]);
    expect(lookUp({ name: 'x.lab.example', type: 'A' }, zone)?.authorities).toMatchObject([
      { ttl: 5, data: { minimum: 5 } },
    ]);
    expect(ask('web.default.svc.cluster.local', 'A', zone)).toEqual(['not ours']);
  });
});

describe('a zone file', () => {
  test('is refused while it is half-written', () => {
    const text = zoneTextOf(LAB);
    expect(() => parseZone('')).toThrow();
    for (let length = 1; length < text.length; length += 97) {
      const half = text.slice(0, length);
      if (!half.endsWith('\n')) expect(() => parseZone(half)).toThrow();
    }
  });
});
