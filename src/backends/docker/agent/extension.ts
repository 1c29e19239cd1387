/** What Docker adds to the agent: nodes, pods and images, and the namespaces that containers hold open. */
import { existsSync } from 'node:fs';
import type { Extension } from '../../../agent/extension.ts';
import { HOST_DOCKER } from '../../../memory/folders.ts';
import { copyPodFile } from '../pod-files.ts';
import { observeHolders } from './observe-holders.ts';
import { runDockerJobs } from './run-jobs.ts';

/** From here on every command of the agent finds this host's Docker, where the lab has one. */
export function makeDockerExtension(): Extension {
  if (existsSync(HOST_DOCKER)) process.env['DOCKER_HOST'] = `unix://${HOST_DOCKER}`;
  return { run: runDockerJobs, observe: observeHolders, onPodFile: copyPodFile };
}
