/** `down`: ends a lab, in any state. Works without the lab file, twice, and while another `down` runs. */
import type { Backend, OnHelp, RunningLab } from '../sandbox/sandbox.ts';

/** How many sandboxes were ended: those of the name, half-built ones included. */
export async function down(backend: Backend, name: string, onHelp?: OnHelp): Promise<number> {
  const labs = [...(await backend.list()), ...(await backend.listUncommitted())].filter(lab => lab.name === name);
  await endAll(backend, labs, onHelp);
  // Of a lab that was killed something may be left where no sandbox is.
  const left = await backend.removeLeftovers(name);
  return labs.length + left;
}

async function endAll(backend: Backend, labs: readonly RunningLab[], onHelp?: OnHelp): Promise<void> {
  await Promise.all(labs.map(lab => backend.destroy(lab, onHelp)));
}
