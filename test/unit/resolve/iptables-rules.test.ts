import { describe, expect, test } from 'vitest';
import { labOf, machineOf, problemsOf } from './lab-of.ts';

const rulesOf = (text: string, key = 'a') => {
  const { iptables, ip6tables } = machineOf(labOf(text), key);
  return { iptables: iptables.map(rule => rule.text), ip6tables: ip6tables.map(rule => rule.text) };
};

describe('masquerading', () => {
  test('"true" is for what pods send out of the cluster, in each family', () => {
    expect(rulesOf('cluster: { ipFamily: dual, masquerade: true }\nnodes: { a: {} }')).toEqual({
      iptables: ['-t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE'],
      ip6tables: ['-t nat -A POSTROUTING -s fd00:10:244::/48 ! -d fd00:10:244::/48 -j MASQUERADE'],
    });
  });

  test('is not for what goes to other nodes, where each knows the way to the pods of the others', () => {
    const text =
      'cluster: { ipFamily: dual, masquerade: true }\nnodes: { a: {}, b: {}, c: {}, out: { external: true } }';
    expect(rulesOf(text, 'b').iptables).toEqual([
      '-t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.2/32 -j RETURN',
      '-t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.4/32 -j RETURN',
      '-t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE',
    ]);
    expect(rulesOf(text, 'b').ip6tables).toHaveLength(3);
    expect(rulesOf(text.replace('ipFamily', 'network: none, ipFamily'), 'b').iptables).toHaveLength(1);
  });

  test('with several exceptions leaves the chain before it', () => {
    const entry = '{ source: 10.1.0.0/16, except: [10.2.0.0/16, 10.3.0.0/16], interface: eth1 }';
    const text = `nodes: { a: { masquerade: [${entry}], interfaces: { eth1: { bridge: w } } } }\nbridges: { w: { subnet: 10.7.0.0/24 } }`;
    expect(rulesOf(text).iptables).toEqual([
      '-t nat -A POSTROUTING -s 10.1.0.0/16 -d 10.3.0.0/16 -o eth1 -j RETURN',
      '-t nat -A POSTROUTING -s 10.1.0.0/16 ! -d 10.2.0.0/16 -o eth1 -j MASQUERADE',
    ]);
  });

  test('without exceptions is for all that the source sends', () => {
    expect(rulesOf('nodes: { a: { masquerade: [{ source: 10.1.0.0/16 }] } }').iptables).toEqual([
      '-t nat -A POSTROUTING -s 10.1.0.0/16 -j MASQUERADE',
    ]);
  });

  test("of the cluster is not for machines outside of it, and a node's own comes first", () => {
    const text =
      'cluster: { masquerade: true }\nnodes: { a: {}, b: { masquerade: false }, out: { external: true }, in: { external: true, masquerade: true } }';
    expect(
      [rulesOf(text), rulesOf(text, 'b'), rulesOf(text, 'out'), rulesOf(text, 'in')].map(
        ({ iptables }) => iptables.length,
      ),
    ).toEqual([2, 0, 0, 1]);
  });

  test("stands before the node's own rules", () => {
    const text = 'nodes: { a: { masquerade: true, iptables: ["-t nat -A POSTROUTING -j RETURN"] } }';
    expect(rulesOf(text).iptables.map(rule => rule.split(' ').at(-1))).toEqual(['MASQUERADE', 'RETURN']);
  });
});

describe('rules', () => {
  const codes = (...rules: string[]) =>
    problemsOf(`nodes: { a: { iptables: ${JSON.stringify(rules)} } }`).map(({ path }) => path.at(-1));

  test('go into chains that are built in or made before, in the same table', () => {
    expect(codes('-A X -j ACCEPT', '-N X', '-A X -j ACCEPT', '-t nat -A X -j ACCEPT')).toEqual([0, 3]);
    expect(codes('-A PREROUTING -j ACCEPT', '-t nat -A PREROUTING -j ACCEPT')).toEqual([0]);
  });

  test('make a chain once', () => expect(codes('-N X', '-t nat -N X', '-N X', '-N INPUT')).toEqual([2, 3]));
});

describe('kernel settings', () => {
  const sysctlsOf = (sysctls: string) => labOf(`nodes: { a: { sysctls: ${sysctls} } }`).nodes[0]?.sysctls;

  test('of a node let it forward, unless it says otherwise in whatever spelling', () => {
    expect(sysctlsOf('{}')).toEqual({ 'net.ipv4.ip_forward': '1' });
    expect(sysctlsOf('{ net/ipv4/ip_forward: 0 }')).toEqual({ 'net.ipv4.ip_forward': '0' });
  });

  test('have one spelling, so that the kernel is found to have them', () => {
    expect(sysctlsOf('{ net/ipv4/conf/eth0.1/rp_filter: 2, net.ipv4.tcp_rmem: " 1\\t2  3 " }')).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.conf.eth0/1.rp_filter': '2',
      'net.ipv4.tcp_rmem': '1 2 3',
    });
  });

  test('that are there in both spellings are refused', () => {
    const found = problemsOf('nodes: { a: { sysctls: { net.core.somaxconn: 1, net/core/somaxconn: 2 } } }');
    expect(found.map(({ code, path }) => [code, path.at(-1)])).toEqual([['conflict', 'net/core/somaxconn']]);
  });
});
