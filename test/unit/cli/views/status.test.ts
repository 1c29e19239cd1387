import { describe, expect, it } from 'vitest';
import { statusJson, statusText } from '../../../../src/cli/views/status.ts';
import type { Status } from '../../../../src/lifecycle/status.ts';
import { load } from '../../../../src/pipeline/load.ts';
import type { ContainerStatus, SeenContainer } from '../../../../src/sandbox/container-status.ts';

const { lab } = load('name: small\nnodes: { node1: {} }\npods: { web: {} }', { name: 'lab' });
if (!lab) throw new Error('a bad lab');
const web = lab.pods[0]?.ns ?? '';

/** What it was started from is not shown. */
function container(name: string, rest: Partial<ContainerStatus> = {}): SeenContainer {
  const status = { ns: web, name, init: false, state: 'waiting', reason: 'ContainerCreating', message: '' } as const;
  const never = { process: null, startedAt: null, finishedAt: null, exitCode: null, nextStartAt: null };
  const current = { init: null, container: {} };
  return { ...status, ready: false, started: false, restarts: 0, ...never, ...rest, current } as SeenContainer;
}

const calm: Status = {
  running: { name: 'small' } as Status['running'],
  remembered: { file: '/x/small.lab.yaml', createdAt: Date.now() - 65_000, lab, wanted: new Map() },
  drift: [],
  processes: { kubeletRuns: true, kubeletError: '', containers: [], readyPods: [], failures: {} },
  sections: [],
};
const drifted: Status = {
  ...calm,
  drift: [{ operation: 'add', object: { kind: 'namespace', ns: 'web' }, why: 'so', source: [] }],
};

describe('as text', () => {
  it('a calm lab has its machines and their addresses', () => {
    const text = statusText(calm);
    expect(text).toMatch(/^lab small, up for 6\ds, from \/x\/small\.lab\.yaml\n\nNAME +NODE +ADDRESSES\n/);
    expect(text).toMatch(/\nnode1 +- +cbr0 10\.244\.0\.1\/24\nweb +node1 +eth0 10\.244\.0\.2\/24\n/);
    expect(text.endsWith('no drift: what status looks at is as the lab wants it\n')).toBe(true);
    expect(text).not.toMatch(/POD|SERVICE/);
  });

  it('drift is named with what mends it', () => {
    expect(statusText(drifted)).toContain('drift: 1 object; "netlab up" mends it\n  missing');
    expect(statusText(drifted)).toContain('mended by: ip netns add web\n');
  });

  it('containers come with what keeps them from running', () => {
    const containers = [container('a'), container('b', { init: true, restarts: 2 })];
    const failures = { [web]: 'no memory' };
    const text = statusText({
      ...calm,
      processes: { kubeletRuns: false, kubeletError: 'it broke', containers, readyPods: [], failures },
    });
    expect(text).toMatch(/\nPOD +CONTAINER +READY +RESTARTS +AGE +STATE\nweb +a +no +0 +- /);
    expect(text).toMatch(/\nweb +b \(init\) +- +2 +- /);
    expect(text).toContain('pod web cannot start: no memory\n');
    expect(text).toContain('containers are not started again\nit broke\n');
  });

  it('what features show has a table, unless it is empty', () => {
    const sections = [
      { name: 'things', entries: [], columns: ['THING'], rows: [['one']] },
      { name: 'others', entries: [], columns: ['OTHER'], rows: [] },
    ];
    expect(statusText({ ...calm, sections })).toContain('\nTHING\none\n\nno drift');
    expect(statusText({ ...calm, sections })).not.toContain('OTHER');
  });

  it('a lab that remembers nothing says how to be rid of it', () => {
    expect(statusText({ ...calm, remembered: undefined })).toContain('netlab down small');
  });
});

describe('as JSON', () => {
  it('has machines, what features show, and drift', () => {
    const sections = [{ name: 'things', entries: [{ name: 'one' }], columns: [], rows: [] }];
    expect(JSON.parse(statusJson({ ...drifted, sections }))).toMatchObject({
      name: 'small',
      file: '/x/small.lab.yaml',
      nodes: [{ name: 'node1', addresses: { cbr0: ['10.244.0.1/24'] } }],
      pods: [{ name: 'web', node: 'node1', failure: null, containers: [] }],
      things: [{ name: 'one' }],
      supervisor: null,
      drift: [{ drift: 'missing', mend: [{ ns: null, argv: ['ip', 'netns', 'add', 'web'] }] }],
    });
  });

  it('leaves out what is netlab’s own of a container', () => {
    const processes = {
      ...calm.processes,
      containers: [container('a', { process: { pid: 1, startTime: 2 } as never })],
    };
    const { pods, supervisor } = JSON.parse(statusJson({ ...calm, processes }));
    expect(supervisor).toBe('running');
    for (const key of ['ns', 'process', 'current']) expect(pods[0].containers[0]).not.toHaveProperty(key);
    expect(pods[0].containers[0]).toMatchObject({ name: 'a', reason: 'ContainerCreating' });
  });

  it('is complete where the lab remembers nothing', () => {
    expect(JSON.parse(statusJson({ ...calm, remembered: undefined }))).toMatchObject({
      file: null,
      nodes: [],
      pods: [],
    });
  });
});
