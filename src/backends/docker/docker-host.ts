/**
 * What nodes that are containers need of this host: nothing comes in, out goes the socket of a Docker that works, or an
 * error that names the obstacle and its cure.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { HostError } from '../../sandbox/host-error.ts';
import type { DockerHost } from '../../state/docker.ts';
import { askDocker, findEndpoint, hasClient, isRoot } from './client.ts';
import { nodeFlags } from './privileges.ts';

/** Throws `HostError`. */
export async function requireDocker(): Promise<string> {
  if (!isRoot())
    throw new HostError('"backend: docker" needs root, as it wires the network namespaces of Docker\'s containers', [
      'run netlab as root: sudo netlab up …',
      'or as you are, without images: --backend netns',
    ]);
  if (!hasClient()) throw new HostError('"backend: docker" needs the command docker', ['apt-get install docker.io']);
  const endpoint = await findEndpoint();
  if (!endpoint.startsWith('unix:///'))
    throw new HostError(
      `"backend: docker" needs a Docker on this host, and the command docker is set up for ${endpoint}`,
      ['DOCKER_HOST=unix:///var/run/docker.sock'],
    );
  const socket = endpoint.slice('unix://'.length);
  const { code, stderr } = await askDocker(['version', '--format', '{{.Server.Version}}'], socket);
  if (code !== 0)
    throw new HostError(`Docker does not answer at ${endpoint}: ${stderr.trim().split('\n').at(-1)}`, fixOf(stderr));
  return socket;
}

function fixOf(stderr: string): string[] {
  if (/permission denied/i.test(stderr)) return ['run netlab as root, with all capabilities'];
  return ['systemctl start docker', 'or, without an init system: dockerd &'];
}

/** Other users and other PID namespaces bring up labs of their own, also where they share one Docker. */
export function ownerOf(): string {
  const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  return `${process.getuid?.() ?? 0}-${namespace}`;
}

/** What is the same for all nodes that this user brings up here. */
export function describeDockerHost(): DockerHost {
  const status = readFileSync('/proc/self/status', 'latin1');
  const bounding = BigInt(`0x${/^CapBnd:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'latin1'));
  return { owner: ownerOf(), nodeFlags: nodeFlags(bounding, last) };
}
