import { describe, expect, test } from 'vitest';
import { labOf, machineOf, problemsOf } from './lab-of.ts';

const bridges =
  'cluster: { ipFamily: dual }\nnodes: { n: {} }\nbridges: { n/b: { address: 10.9.0.1/24 }, open: { subnet: 10.7.0.0/24 } }';

/** `eth0 10.244.0.1` for each interface of pod `p`. */
function gatewaysOf(pod: string, rest = ''): string[] {
  return machineOf(labOf(`${bridges}\npods: { p: ${pod} }\n${rest}`), 'p').interfaces.map(({ name, gateways }) =>
    [name, ...gateways].join(' '),
  );
}

const both = '10.244.0.1 fd00:10:244::1';

describe("a pod's default routes", () => {
  test("go to its bridge's addresses, one per family", () => expect(gatewaysOf('{}')).toEqual([`eth0 ${both}`]));

  test('leave by eth0, wherever that stands, else by the first interface by name', () => {
    expect(gatewaysOf('{ interfaces: { aaa: { bridge: b }, eth0: { bridge: cbr0 } } }')).toEqual([
      'aaa',
      `eth0 ${both}`,
    ]);
    expect(gatewaysOf('{ interfaces: { eth1: { bridge: b } } }')).toEqual([`eth0 ${both}`, 'eth1']);
  });

  test('are as given, of one family or both, or none', () => {
    expect(gatewaysOf('{ gateway: 10.244.0.77 }')).toEqual(['eth0 10.244.0.77']);
    expect(gatewaysOf('{ gateway: ["fd00:10:244::77", 10.244.0.77] }')).toEqual(['eth0 fd00:10:244::77 10.244.0.77']);
    expect(gatewaysOf('{ gateway: none }')).toEqual(['eth0']);
  });

  test('give way in one family to a gateway of another interface', () => {
    expect(gatewaysOf('{ interfaces: { eth1: { bridge: b, gateway: 10.9.0.1 } } }')).toEqual([
      'eth0 fd00:10:244::1',
      'eth1 10.9.0.1',
    ]);
    expect(gatewaysOf('{ interfaces: { eth1: { bridge: b, gateway: 10.9.0.1 }, eth0: { bridge: cbr0 } } }')).toEqual([
      'eth1 10.9.0.1',
      'eth0 fd00:10:244::1',
    ]);
  });

  test('give way in one family to a default route of the lab file', () => {
    expect(gatewaysOf('{}', 'routes: [{ on: p, to: 0.0.0.0/0, via: 10.244.0.9 }]')).toEqual(['eth0 fd00:10:244::1']);
    expect(gatewaysOf('{}', 'routes: [{ on: default/p, to: default, via: n }]')).toEqual(['eth0']);
    expect(gatewaysOf('{}', 'routes: [{ on: n, to: default, dev: cbr0 }]')).toEqual([`eth0 ${both}`]);
  });

  test('are none on a switch without addresses', () => expect(gatewaysOf('{ bridge: open }')).toEqual(['eth0']));
});

describe('a second default route of one family', () => {
  const codes = (text: string) =>
    problemsOf(`${bridges}\n${text}`).map(({ code, path }) => `${code} ${path.join('.')}`);

  test('by another interface is refused', () => {
    const pod = 'interfaces: { eth0: { bridge: cbr0, gateway: 10.244.0.9 }, eth1: { bridge: b, gateway: 10.9.0.1 } }';
    expect(codes(`pods: { p: { ${pod} } }`)).toEqual(['conflict pods.p.interfaces.eth1.gateway']);
  });

  test('under "routes" is refused, unless it has a metric', () => {
    const lab = (metric: string) =>
      `pods: { p: { gateway: 10.244.0.1 } }\nroutes: [{ on: p, to: default, via: 10.244.0.9${metric} }]`;
    expect(codes(lab(''))).toEqual(['conflict pods.p.gateway']);
    expect(codes(lab(', metric: 0'))).toEqual(['conflict pods.p.gateway']);
    expect(codes(lab(', metric: 50'))).toEqual([]);
  });
});

test('nodes have no default route but by hand', () => {
  const lab = labOf(
    'nodes: { a: {}, b: { interfaces: { eth1: { bridge: w, gateway: 10.7.0.9 } } } }\nbridges: { w: { subnet: 10.7.0.0/24 } }',
  );
  expect(lab.nodes.flatMap(({ interfaces }) => interfaces.map(({ gateways }) => gateways))).toEqual([
    [],
    [],
    ['10.7.0.9'],
  ]);
});
