/**
 * The leftovers in Docker of labs that are gone: containers and volumes with their labels and this owner's, and nothing
 * else.
 *
 * A node ends with its lab, and Docker removes it then; something is left for a moment, or where Docker itself was
 * killed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { LAB_LABEL, OWNER_LABEL } from '../../state/docker.ts';
import { askDocker, findSocket } from './client.ts';
import { ownerOf } from './docker-host.ts';
import { REMOVAL_TIMEOUT_MS } from './removal.ts';

const NAP_MS = 100;

const labelled = (lab: string) => [
  '--filter',
  `label=${LAB_LABEL}=${lab}`,
  '--filter',
  `label=${OWNER_LABEL}=${ownerOf()}`,
];

/** The names of labs of which there is something. */
export async function listLeftovers(): Promise<string[]> {
  const socket = await findSocket();
  if (socket === undefined) return [];
  const filter = ['--filter', `label=${OWNER_LABEL}=${ownerOf()}`, '--format', `{{.Label "${LAB_LABEL}"}}`];
  const said = await Promise.all([
    askDocker(['ps', '--all', ...filter], socket),
    askDocker(['volume', 'ls', ...filter], socket),
  ]);
  return [...new Set(said.flatMap(({ stdout }) => words(stdout)))].sort();
}

/** How much there was. Where Docker does not answer, nothing is known of; `mustAnswer` makes that an error. */
export async function removeLeftovers(lab: string, given?: string, mustAnswer = false): Promise<number> {
  const socket = given ?? (await findSocket());
  if (socket === undefined) return 0;
  const deadline = performance.now() + REMOVAL_TIMEOUT_MS;
  for (let found = 0; ; ) {
    const [containers, volumes] = await Promise.all([
      askDocker(['ps', '--all', '--quiet', ...labelled(lab)], socket),
      askDocker(['volume', 'ls', '--quiet', ...labelled(lab)], socket),
    ]);
    if (containers.code !== 0 || volumes.code !== 0) {
      if (!mustAnswer) return found;
      throw new SandboxError(
        `lab ${lab} is gone, but Docker does not answer: once it does, "netlab down ${lab}" removes what is left in it (${lastLine(containers.stderr || volumes.stderr)})`,
      );
    }
    const [ids, names] = [words(containers.stdout), words(volumes.stdout)];
    if (ids.length + names.length === 0) return found;
    found = Math.max(found, ids.length + names.length);
    if (performance.now() > deadline)
      throw new SandboxError(`lab ${lab}: Docker does not remove ${[...ids, ...names].join(' ')}`);
    if (ids.length > 0) await askDocker(['rm', '--force', '--volumes', ...ids], socket);
    else await askDocker(['volume', 'rm', '--force', ...names], socket);
    await sleep(NAP_MS);
  }
}

const words = (text: string) => text.split(/\s+/).filter(word => word !== '');
const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
