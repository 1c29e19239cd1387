/** Commands that read a lab from standard input: no kernel is asked, and every place in it is named alike. */
import { expect, test } from 'vitest';
import { withDocker } from '../../../src/backends/docker/docker-backend.ts';
import { makeNetnsBackend } from '../../../src/backends/netns/netns-backend.ts';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import { leavePlain } from '../../../src/cli/paint.ts';
import type { Backend } from '../../../src/sandbox/sandbox.ts';

const backend: Backend = {
  ...withDocker(makeNetnsBackend()),
  list: async () => [],
  describeHost: () => ({ ipv6: true }),
};

async function give(text: string, ...argv: string[]): Promise<{ code: number; err: string; out: string }> {
  const said = { out: '', err: '' };
  const io: Io = {
    out: piece => {
      said.out += piece;
    },
    err: piece => {
      said.err += piece;
    },
    readStdin: async () => text,
    cwd: '/',
    live: false,
    paint: { out: leavePlain, err: leavePlain },
    outLost: new AbortController().signal,
    catchSignals: () => new AbortController().signal,
  };
  return { code: await main(argv, { backend, io }), ...said };
}

const good = 'nodes: { node1: {} }\n';
const doubtful = `${good}pods:
  web:
    containers:
      a: { command: [sleep], ports: [{ containerPort: 80 }] }
      b: { command: [sleep], ports: [{ containerPort: 80 }] }
`;
const bad = 'nodes: { node1: { x: 1 } }\n';

test('a mistake', async () => {
  expect(await give(bad, 'validate', '-')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^<stdin>:1:19: error: /),
  });
  const { code, out } = await give(bad, 'validate', '-', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ diagnostics: [{ file: '<stdin>', line: 1, severity: 'error' }] });
});

test('a warning', async () => {
  expect(await give(doubtful, 'validate', '-')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^<stdin>:6:\d+: warning: /),
  });
  const { code, out } = await give(doubtful, 'validate', '-', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ lab: 'stdin', diagnostics: [{ file: '<stdin>', line: 6 }] });
});

test('what a step comes from', async () => {
  const { code, out } = await give(good, 'plan', '-', '--json');
  expect(code).toBe(0);
  const { steps } = JSON.parse(out) as { steps: readonly { source: object | null }[] };
  expect(steps[0]).toMatchObject({ source: { path: ['nodes', 'node1'], file: '<stdin>', line: 1 } });
  expect((await give(good, 'plan', '-')).out).toContain('(<stdin>:1)');
});

test('a plan as a script, but for Docker, which tells why not', async () => {
  expect((await give(good, 'plan', '-', '--format', 'sh')).out).toMatch(/^#!\/bin\/sh -e\n/);
  expect(await give(good, 'plan', '-', '--format', 'sh', '--backend', 'docker')).toEqual({
    code: 2,
    out: '',
    err: `error: a plan for Docker is no script: its namespaces are those of containers
  help: add --backend netns
`,
  });
});
