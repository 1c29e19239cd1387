/** What Kubernetes' API takes for a field that is not set. */
import { describe, expect, test } from 'vitest';
import { dropUnset } from '../../../../src/language/validate/unset.ts';
import { validate } from '../../../../src/language/validate/validate.ts';

const PORTS = [{ port: 80 }];
const fileOf = (entry: unknown) => validate({ services: { web: entry } });

describe('a Service', () => {
  const zeroes = {
    ...{ type: '', clusterIP: '', clusterIPs: [], ipFamilies: [], sessionAffinity: '', externalTrafficPolicy: '' },
    ...{ externalName: '', loadBalancerIP: '', healthCheckNodePort: 0, sessionAffinityConfig: {} },
  };

  test.each(Object.entries(zeroes))('takes %s: %j for unset', (key, value) => {
    const { file, diagnostics } = fileOf({ [key]: value, ports: PORTS });
    expect(diagnostics).toEqual([]);
    expect(file?.services?.['web']).toEqual({ ports: PORTS });
  });

  test.each([
    'selector',
    'ipFamilyPolicy',
    'internalTrafficPolicy',
    'externalIPs',
    'endpointSlices',
    'status',
    ...Object.keys(zeroes),
  ])('takes %s: null for unset', key =>
    expect(fileOf({ [key]: null, ports: PORTS }).file?.services?.['web']).toEqual({ ports: PORTS }),
  );

  test('takes for unset what has only the unset in it', () => {
    const config = { clientIP: { timeoutSeconds: null } };
    expect(fileOf({ sessionAffinityConfig: config, ports: PORTS }).file?.services?.['web']).toEqual({ ports: PORTS });
  });

  test('takes the like in its ports and its endpoints', () => {
    const port = { name: '', protocol: '', port: 80, targetPort: '', nodePort: 0, appProtocol: null };
    const endpoint = {
      addresses: ['10.9.9.9'],
      nodeName: null,
      hostname: null,
      conditions: { ready: null, serving: false },
    };
    const { file } = fileOf({
      ports: [port, { ...port, targetPort: 0 }],
      endpointSlices: [{ endpoints: [endpoint], ports: null }, { endpoints: null }],
    });
    expect(file?.services?.['web']).toEqual({
      ports: [{ port: 80 }, { port: 80 }],
      endpointSlices: [{ endpoints: [{ addresses: ['10.9.9.9'], conditions: { serving: false } }] }, {}],
    });
  });

  test('takes an address or a name of its load balancer that is empty for unset', () => {
    const ingress = [
      { ip: '203.0.113.80', hostname: '' },
      { ip: '', hostname: 'lb.example.com' },
    ];
    const { file } = fileOf({ ports: PORTS, status: { loadBalancer: { ingress } } });
    expect(file?.services?.['web']?.status?.loadBalancer?.ingress).toEqual([
      { ip: '203.0.113.80' },
      { hostname: 'lb.example.com' },
    ]);
  });

  // Behind a pointer the API tells nothing from the zero value, and refuses it.
  test.each(['ipFamilyPolicy', 'internalTrafficPolicy'])('does not take %s: "" for unset', key =>
    expect(fileOf({ [key]: '', ports: PORTS }).diagnostics).toHaveLength(1),
  );

  test('keeps an empty label, and a list with nothing in it that says something', () => {
    const entry = { selector: { app: '' }, ports: PORTS, endpointSlices: [] };
    expect(fileOf(entry).file?.services?.['web']).toEqual(entry);
  });
});

test('a Service that is null is still a mistake, as is a null in a list', () => {
  expect(fileOf(null).diagnostics).toHaveLength(1);
  expect(fileOf({ ports: [null] }).diagnostics).toHaveLength(1);
});

test("kube-proxy's file may be as kubeadm writes it", () => {
  const kubeProxy = {
    mode: '',
    detectLocalMode: '',
    clusterCIDR: '',
    nodePortAddresses: null,
    iptables: { masqueradeBit: null },
    detectLocal: { bridgeInterface: '', interfaceNamePrefix: '' },
  };
  const { file, diagnostics } = validate({ cluster: { kubeProxy } });
  expect(diagnostics).toEqual([]);
  expect(file?.cluster?.kubeProxy).toEqual({ iptables: {}, detectLocal: {} });
});

test('what is not written as Kubernetes has it stays as it is', () => {
  const file = { nodes: { node1: null }, pods: { web: { replicas: null } }, services: { web: { ports: PORTS } } };
  expect(dropUnset(file)).toBe(file);
});
