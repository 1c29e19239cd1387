/** Containers of a node's Docker, with a client that does as the test says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DockerCli } from '../../../../../src/backends/docker/kubelet/docker-cli.ts';
import { makeDockerRuntime } from '../../../../../src/backends/docker/kubelet/docker-runtime.ts';
import type { Output } from '../../../../../src/kubelet/output.ts';
import type { ContainerProcess } from '../../../../../src/state/container.ts';

const container = {
  ...{ kind: 'container', ns: 'web', init: null, hostname: 'web', address: '10.0.0.2' },
  container: { name: 'app', command: ['serve'], args: [], env: {}, workingDir: '', restart: 'always', ports: [] },
  docker: { node: 'n1', host: 'netlab.x.n1', image: 'app', files: [] },
} as unknown as ContainerProcess;

const output: Output = { withChildEnd: start => start(1), note: () => undefined, close: () => undefined };

test('where the client cannot be started, nobody goes on looking whether the container runs', async () => {
  const asked: string[] = [];
  const cli = {
    run: async (_: string, [word = '']: readonly string[]) => {
      asked.push(word);
      return { code: 1, text: '' };
    },
    pass: async () => {
      throw new Error('spawn: EAGAIN');
    },
  } as unknown as DockerCli;
  const code = await new Promise<number>(onEnd =>
    makeDockerRuntime(cli).start(container, output, { onEnd, onRunning: () => undefined }),
  );
  expect(code).toBe(125);
  await sleep(350);
  expect(asked).toEqual(['rm']);
});
