import { describe, expect, test } from 'vitest';
import { labOf, machineOf, problemsOf } from './lab-of.ts';

const portsOf = (text: string, key: string) =>
  machineOf(labOf(text), key).interfaces.map(({ name, bridge, port }) => `${name} ${bridge} ${port}`);

const bridgesOf = (text: string) => labOf(text).bridges.map(({ key }) => key);

describe('the switch "lan"', () => {
  test('joins two nodes or more', () => {
    expect(bridgesOf('nodes: { a: {} }')).toEqual(['a/cbr0']);
    expect(bridgesOf('nodes: { a: {}, b: {} }')).toEqual(['lan', 'a/cbr0', 'b/cbr0']);
    expect(portsOf('nodes: { a: {}, b: {} }', 'a')).toEqual(['eth0 lan veth-a']);
  });

  test('takes a node that has other interfaces, but none with an eth0 of its own', () => {
    const wan = 'bridges: { wan: { subnet: 10.7.0.0/24 } }';
    const nodes = (name: string) => `${wan}\nnodes: { a: { interfaces: { ${name}: { bridge: wan } } }, b: {}, c: {} }`;
    expect(portsOf(nodes('eth1'), 'a')).toEqual(['eth0 lan veth-a', 'eth1 wan veth-a-eth1']);
    expect(portsOf(nodes('eth0'), 'a')).toEqual(['eth0 wan veth-a']);
  });

  test('takes an external node only where nothing else is plugged into it', () => {
    const wan = 'bridges: { wan: { subnet: 10.7.0.0/24 } }';
    expect(portsOf('nodes: { a: {}, out: { external: true } }', 'out')).toEqual(['eth0 lan veth-out']);
    expect(
      portsOf(`${wan}\nnodes: { a: {}, b: {}, out: { external: true, interfaces: { eth3: { bridge: wan } } } }`, 'out'),
    ).toEqual(['eth3 wan veth-out-eth3']);
    const linked = labOf(
      'nodes: { a: {}, b: {}, out: { external: true } }\nlinks: [{ ends: [a, { on: out, interface: up0 }], subnet: 10.0.0.0/30 }]',
    );
    expect(machineOf(linked, 'out').interfaces).toEqual([]);
  });

  test('is the one that is given, if one is', () => {
    const lab = labOf('nodes: { a: {}, b: {} }\nbridges: { lan: { subnet: 10.7.0.0/24, mtu: 1400 } }');
    expect(lab.bridges.filter(({ key }) => key === 'lan')).toMatchObject([{ subnets: ['10.7.0.0/24'], mtu: 1400 }]);
    expect(machineOf(lab, 'a').interfaces[0]).toMatchObject({ bridge: 'lan', mtu: 1400 });
  });

  test('is not there where nothing is filled in', () => {
    expect(bridgesOf('cluster: { network: none }\nnodes: { a: {}, b: {} }')).toEqual([]);
  });
});

describe('bridges', () => {
  test('have a MAC address that their own address tells, or their name', () => {
    const lab = labOf('nodes: { a: {}, b: {} }\nbridges: { x: { mac: "02:00:00:00:00:AA" } }');
    expect(Object.fromEntries(lab.bridges.map(({ key, mac }) => [key, mac]))).toEqual({
      lan: '0a:58:56:60:80:10',
      'a/cbr0': '0a:58:0a:f4:00:01',
      'b/cbr0': '0a:58:0a:f4:01:01',
      x: '02:00:00:00:00:aa',
    });
  });

  test('of a node and a switch are found by name, the own node first', () => {
    const text = `nodes: { a: {} }
bridges: { a/x: { address: 10.1.0.1/24 }, x: { subnet: 10.2.0.0/24 }, y: { subnet: 10.3.0.0/24 } }
pods: { p: { interfaces: { eth0: { bridge: x }, eth1: { bridge: y } } } }`;
    expect(portsOf(text, 'p')).toEqual(['eth0 a/x veth-p', 'eth1 y veth-p-eth1']);
  });

  test('of another node are out of reach', () => {
    const found = problemsOf(
      'nodes: { a: {}, b: {} }\nbridges: { x: { node: b, address: 10.1.0.1/24 } }\npods: { p: { node: a, bridge: b/x } }',
    );
    expect(found.map(({ code, path }) => [code, path])).toEqual([['conflict', ['pods', 'p', 'bridge']]]);
  });
});

describe('links', () => {
  test('get the next free name at each end', () => {
    const lab = labOf(`cluster: { network: none }
nodes: { a: {}, b: {} }
links: [{ ends: [{ on: a, interface: eth1 }, b] }, { ends: [a, b] }, { ends: [a, b] }]`);
    expect(lab.links.map(({ ends }) => ends.map(end => end.interface).join(' '))).toEqual([
      'eth1 eth0',
      'eth0 eth1',
      'eth2 eth2',
    ]);
  });
});

describe('names of ports', () => {
  test('are cut where they are long, told apart by a hash, and the same for every run', () => {
    const name = 'a-rather-long-name';
    const text = `nodes: { a: {} }\npods: { ${name}-x: {}, ${name}-y: {} }`;
    expect(portsOf(text, `${name}-x`)).toEqual(portsOf(text, `${name}-x`));
    const ports = [`${name}-x`, `${name}-y`].flatMap(key => portsOf(text, key)).map(port => port.split(' ')[2]);
    expect(ports[0]).toMatch(/^veth-a-ra-[0-9a-z]{5}$/);
    expect(new Set(ports).size).toBe(2);
  });

  test('give way to an interface of the node that is called the same', () => {
    const text =
      'nodes: { a: { interfaces: { veth-p: { bridge: x } } } }\nbridges: { x: { subnet: 10.1.0.0/24 } }\npods: { p: {} }';
    expect(portsOf(text, 'p')[0]).toMatch(/^eth0 a\/cbr0 veth-p-[0-9a-z]{5}$/);
  });
});
