import { expect, test } from 'vitest';
import type { DockerCli } from '../../../../src/backends/docker/kubelet/docker-cli.ts';
import { makeDockerRuntime } from '../../../../src/backends/docker/kubelet/docker-runtime.ts';
import type { Output } from '../../../../src/kubelet/output.ts';
import { containerOf } from '../../kubelet/life/lives.ts';

const CONTAINER = containerOf({
  docker: { node: 'node1', host: 'netlab.lab.node1', files: [] },
});

const OUTPUT: Output = { withChildEnd: start => start(1), note: () => undefined, close: () => undefined };

test('starts a container when its name is free: Docker may still be removing the one before it', async () => {
  const asked: string[] = [];
  const answers = [
    { code: 1, text: 'Error response from daemon: removal of container web.app is already in progress\n' },
    { code: 1, text: 'Error response from daemon: removal of container web.app is already in progress\n' },
    { code: 0, text: 'Error response from daemon: No such container: web.app\n' },
  ];
  const cli: DockerCli = {
    run: async (_, [verb = '']) => {
      asked.push(verb);
      return (verb === 'rm' ? answers.shift() : undefined) ?? { code: 1, text: '' };
    },
    runInNode: async () => ({ code: 1, text: '' }),
    pass: async (_, [verb = '']) => {
      asked.push(verb);
      return 7;
    },
    start: () => 0,
  };
  const exitCode = await new Promise<number>(onEnd =>
    makeDockerRuntime(cli).start(CONTAINER, OUTPUT, { onRunning: () => undefined, onEnd }),
  );
  expect(asked).toEqual(['rm', 'rm', 'rm', 'run']);
  expect(exitCode).toBe(7);
});
