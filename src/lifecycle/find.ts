/** Finding a lab among those that run. */
import type { Backend, RunningLab } from '../backend/backend.ts';

export async function findRunning(backend: Backend, name: string): Promise<RunningLab | undefined> {
  return (await backend.list()).find(lab => lab.name === name);
}
