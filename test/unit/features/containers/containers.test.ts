import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../../../src/language/lab/lab.ts';
import { labOf, problemsOf } from '../../resolve/lab-of.ts';

const podOf = (pod: string): Pod => {
  const found = labOf(`nodes: { n: {} }\npods: { web: ${pod} }`).pods[0];
  if (!found) throw new Error('no pod');
  return found;
};

const containerOf = (container: string): Container => {
  const found = podOf(`{ containers: { c: ${container} } }`).containers[0];
  if (!found) throw new Error('no container');
  return found;
};

const codesOf = (pod: string) =>
  problemsOf(`nodes: { n: {} }\npods: { web: ${pod} }`).map(({ severity, code, path }) => [
    severity,
    code,
    path.slice(2).join('.'),
  ]);

describe('a container', () => {
  test('gets every default', () => {
    expect(containerOf('{ command: [sleep, 1d], ports: [{ containerPort: 80 }] }')).toEqual({
      name: 'c',
      command: ['sleep', '1d'],
      args: [],
      env: {},
      workingDir: '/',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      restart: 'always',
      source: ['pods', 'web', 'containers', 'c'],
    });
  });

  test('has its variables as text, in the order of names', () => {
    const { env } = containerOf('{ command: [a], env: { Z: 1, B: true, A: "x\\ny", C: -1.5, D: "" } }');
    expect(Object.entries(env)).toEqual([
      ['A', 'x\ny'],
      ['B', 'true'],
      ['C', '-1.5'],
      ['D', ''],
      ['Z', '1'],
    ]);
  });

  test('keeps empty arguments and line breaks', () => {
    expect(containerOf('{ command: [sh, "", "a\\nb"] }').command).toEqual(['sh', '', 'a\nb']);
  });

  test('is the same in each replica', () => {
    const { pods } = labOf('nodes: { n: {} }\npods: { web: { replicas: 2, containers: { c: { command: [a] } } } }');
    const [first, second] = pods.map(({ containers }) => containers);
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
  });

  test('that a pod does not have is no container', () => {
    expect(podOf('{}')).toMatchObject({ initContainers: [], containers: [] });
    expect(podOf('{ containers: {}, initContainers: {} }')).toMatchObject({ initContainers: [], containers: [] });
  });
});

describe('init containers', () => {
  test('keep the order of the file', () => {
    const names = ['zeta', 'alpha', 'm', '2nd'];
    const pod = podOf(`{ initContainers: { ${names.map(name => `${name}: { command: [a] }`).join(', ')} } }`);
    expect(pod.initContainers.map(({ name }) => name)).toEqual(names);
  });

  test('are tried again when they fail, or not', () => {
    const pod = podOf('{ initContainers: { a: { command: [x] }, b: { command: [x], restart: never } } }');
    expect(pod.initContainers.map(({ restart }) => restart)).toEqual(['on-failure', 'never']);
  });

  test('may list the ports of containers, as they have ended by then', () => {
    const ports = 'ports: [{ containerPort: 80 }]';
    expect(
      codesOf(`{ initContainers: { a: { command: [x], ${ports} } }, containers: { b: { command: [x], ${ports} } } }`),
    ).toEqual([]);
  });

  test('have no names that are numbers, whose order is lost', () => {
    expect(codesOf('{ initContainers: { b: { command: [x] }, 1: { command: [x] }, 01: { command: [x] } } }')).toEqual([
      ['error', 'name-not-allowed', 'initContainers.1'],
    ]);
  });
});

describe('a probe', () => {
  const times = {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  };

  test("has Kubernetes' defaults", () => {
    const { readiness, liveness } = containerOf(
      '{ command: [a], readiness: { http: { port: 80 } }, liveness: { exec: { command: [b] } } }',
    );
    expect(readiness).toEqual({ action: { kind: 'http', port: 80, path: '/', httpHeaders: [] }, ...times });
    expect(liveness).toEqual({ action: { kind: 'exec', command: ['b'] }, ...times });
  });

  test('takes what is given', () => {
    const given =
      'initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 3, successThreshold: 4, failureThreshold: 5';
    expect(containerOf(`{ command: [a], readiness: { tcp: { port: 1, host: "::1" }, ${given} } }`).readiness).toEqual({
      action: { kind: 'tcp', port: 1, host: '::1' },
      ...{ initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 3, successThreshold: 4, failureThreshold: 5 },
    });
  });

  test('finds a port by its name, in its own container only', () => {
    const ports = 'ports: [{ containerPort: 1 }, { name: http, containerPort: 8080 }]';
    const { readiness } = containerOf(`{ command: [a], ${ports}, readiness: { tcp: { port: http } } }`);
    expect(readiness?.action).toEqual({ kind: 'tcp', port: 8080 });
    const other = '{ command: [a], readiness: { tcp: { port: http } } }';
    expect(codesOf(`{ containers: { a: { command: [a], ${ports} }, b: ${other} } }`)).toEqual([
      ['error', 'unknown-name', 'containers.b.readiness.tcp.port'],
    ]);
  });

  test.each([
    ['readiness: {}', 'missing-key', 'readiness'],
    ['liveness: { periodSeconds: 1 }', 'missing-key', 'liveness'],
    ['readiness: { tcp: { port: 1 }, exec: { command: [b] } }', 'conflict', 'readiness.exec'],
    ['liveness: { tcp: { port: 1 }, successThreshold: 2 }', 'not-allowed', 'liveness.successThreshold'],
  ])('with %s is refused', (probe, code, path) => {
    expect(codesOf(`{ containers: { c: { command: [a], ${probe} } } }`)).toEqual([
      ['error', code, `containers.c.${path}`],
    ]);
  });
});

describe('containers of a pod', () => {
  test('share one set of names', () => {
    expect(codesOf('{ initContainers: { a: { command: [x] } }, containers: { a: { command: [x] } } }')).toEqual([
      ['error', 'name-taken', 'containers.a'],
    ]);
  });

  test('give each port a name of its own, and are warned of one that another has', () => {
    const list = (...ports: string[]) => `ports: [${ports.join(', ')}]`;
    const [http, other] = ['{ name: http, containerPort: 80 }', '{ name: http, containerPort: 81 }'];
    expect(
      codesOf(`{ containers: { a: { command: [x], ${list(http)} }, b: { command: [x], ${list(other)} } } }`),
    ).toEqual([['warning', 'name-taken', 'containers.b.ports.0.name']]);
    expect(codesOf(`{ containers: { a: { command: [x], ${list(http, other)} } } }`)).toEqual([
      ['error', 'name-taken', 'containers.a.ports.1.name'],
    ]);
  });

  test('are warned of where they list one port, once for all replicas', () => {
    const listing = (protocol: string) => `{ command: [x], ports: [{ containerPort: 53, protocol: ${protocol} }] }`;
    const pod = `{ replicas: 3, containers: { a: ${listing('TCP')}, b: ${listing('UDP')}, c: ${listing('UDP')} } }`;
    expect(codesOf(pod)).toEqual([['warning', 'conflict', 'containers.c.ports.0']]);
  });

  test('need a command and take no image', () => {
    expect(codesOf('{ containers: { a: {}, b: { image: nginx }, c: { image: nginx, command: [x] } } }')).toEqual([
      ['error', 'missing-key', 'containers.a'],
      ['error', 'conflict', 'containers.b.image'],
      ['error', 'conflict', 'containers.c.image'],
    ]);
  });
});
