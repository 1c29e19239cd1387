/** What a pod finds in /etc, as kubelet writes it. */
import { describe, expect, test } from 'vitest';
import { podFiles } from '../../../../src/features/dns/compile/pod-files.ts';
import { podView } from '../../../../src/features/dns/compile/pod-view.ts';
import type { Pod } from '../../../../src/language/lab/lab.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = (pod: string, cluster = '') => `
cluster: { ${cluster} }
nodes: { node1: {} }
pods: { team-a/app: { ${pod} } }
services: { team-a/db: { clusterIP: None, selector: { app: db } } }`;

function filesOf(text: string): Record<string, string> {
  const lab = labOf(text);
  const pod = lab.pods.find(({ name }) => name === 'app') as Pod;
  return podFiles(pod, lab, lab.links);
}

const resolvConf = (pod: string, cluster = '') => filesOf(LAB(pod, cluster))['/etc/resolv.conf']?.trim().split('\n');
const hosts = (pod: string, cluster = '') => filesOf(LAB(pod, cluster))['/etc/hosts']?.trim().split('\n').slice(7);
const NONE = '# no name server: names are those of /etc/hosts';
const SEARCH = 'search team-a.svc.cluster.local svc.cluster.local cluster.local';

describe('/etc/resolv.conf', () => {
  test('asks the cluster first, in the families that the pod has', () => {
    expect(resolvConf('')).toEqual([SEARCH, 'nameserver 10.96.0.10', 'options ndots:5']);
    expect(resolvConf('dnsPolicy: ClusterFirstWithHostNet')).toEqual(resolvConf(''));
    expect(resolvConf('', 'ipFamily: ipv6')?.[1]).toBe('nameserver fd00:10:96::a');
    expect(resolvConf('', 'ipFamily: dual')?.slice(1, 3)).toEqual([
      'nameserver 10.96.0.10',
      'nameserver fd00:10:96::a',
    ]);
    expect(resolvConf('address: 10.244.0.9/24', 'ipFamily: dual')?.slice(1)).toEqual([
      'nameserver 10.96.0.10',
      'options ndots:5',
    ]);
    expect(resolvConf('', 'dns: { domain: lab.example }')?.[0]).toBe(
      'search team-a.svc.lab.example svc.lab.example lab.example',
    );
  });

  test('or asks whom its node asks, which nobody knows without an upstream', () => {
    expect(resolvConf('dnsPolicy: Default', 'dns: { upstream: 192.0.2.53 }')).toEqual(['nameserver 192.0.2.53']);
    expect(resolvConf('dnsPolicy: Default')).toEqual([NONE]);
    expect(resolvConf('', 'dns: false')).toEqual([NONE]);
  });

  test('or only whom it names itself', () => {
    const own =
      'dnsPolicy: None, dnsConfig: { nameservers: [192.0.2.1], searches: [example.com], options: [{ name: ndots, value: 2 }, { name: edns0 }] }';
    expect(resolvConf(own)).toEqual(['search example.com', 'nameserver 192.0.2.1', 'options ndots:2 edns0']);
    expect(resolvConf(own, 'dns: false')).toEqual(resolvConf(own));
  });

  test('what it names itself comes behind, each once; of servers the C library takes three', () => {
    const own =
      'dnsConfig: { nameservers: [10.96.0.10, 192.0.2.1, 192.0.2.2], searches: [cluster.local, example.com], options: [{ name: ndots, value: 1 }, { name: rotate }] }';
    expect(resolvConf(own)).toEqual([
      `${SEARCH} example.com`,
      ...['10.96.0.10', '192.0.2.1', '192.0.2.2'].map(address => `nameserver ${address}`),
      'options ndots:1 rotate',
    ]);
    expect(resolvConf(own, 'ipFamily: dual')?.filter(line => line.startsWith('nameserver'))).toHaveLength(3);
  });

  test('is cut where kubelet cuts it: at 32 search domains, and at 2048 letters', () => {
    const searches = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => `${String(index).padStart(2, '0')}${'x'.repeat(length - 2)}`);
    const lineOf = (list: readonly string[]) => resolvConf(`dnsConfig: { searches: ${JSON.stringify(list)} }`)?.[0];
    expect(lineOf(searches(32, 3))).toBe(`${SEARCH} ${searches(29, 3).join(' ')}`);
    const long = searches(32, 60);
    expect(lineOf(long)).toBe(`${SEARCH} ${long.slice(0, 29).join(' ')}`);
    const longer = searches(31, 63);
    const fitting = longer
      .slice(0, 29)
      .filter((_, index) => `${SEARCH} ${longer.slice(0, index + 1).join(' ')}`.length - 'search '.length <= 2048);
    expect(lineOf(longer)).toBe(`${SEARCH} ${fitting.join(' ')}`);
    expect(fitting.length).toBeGreaterThan(20);
  });
});

describe('/etc/hosts and /etc/hostname', () => {
  test('have the name of the pod, or its hostname', () => {
    expect(hosts('')).toEqual(['10.244.0.2\tapp']);
    expect(hosts('hostname: first', 'ipFamily: dual')).toEqual(['10.244.0.2\tfirst', 'fd00:10:244::2\tfirst']);
    expect(filesOf(LAB('hostname: first'))['/etc/hostname']).toBe('first\n');
  });

  test('have the long name where there is a subdomain', () => {
    expect(hosts('hostname: first, subdomain: db')).toEqual(['10.244.0.2\tfirst.db.team-a.svc.cluster.local\tfirst']);
  });
});

describe('a pod without containers', () => {
  const viewOf = (text: string) => {
    const lab = labOf(text);
    return podView(lab.pods.find(({ name }) => name === 'app') as Pod, lab);
  };

  test('shows them to whoever enters it, and never those of this host', () => {
    expect(viewOf(LAB(''))).toMatchObject({ hostname: 'app', files: { '/etc/hostname': 'app\n' } });
    expect(viewOf(LAB('', 'dns: false'))).toMatchObject({ files: { '/etc/resolv.conf': `${NONE}\n` } });
    expect(viewOf(LAB('hostname: first', 'dns: false'))).toMatchObject({ hostname: 'first' });
    expect(viewOf(LAB('containers: { c: { command: [x] } }'))).toBeNull();
  });
});
