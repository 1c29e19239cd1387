/** Finding a lab among those that run. */
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';

export async function findRunning(backend: Backend, name: string): Promise<RunningLab | undefined> {
  return (await backend.list()).find(lab => lab.name === name);
}
