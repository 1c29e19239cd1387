/** `netlab validate`: every mistake of a lab file, without making anything of the lab. */
import { tryRules } from '../../apply/try-rules.ts';
import type { ProgramOptions } from '../../features/containers/resolve/programs.ts';
import { type Diagnostic, hasErrors } from '../../language/diagnostic/diagnostic.ts';
import { formatDiagnostics, placeDiagnostics } from '../../language/diagnostic/format.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { LabFileError, type LabSource } from '../../lifecycle/errors.ts';
import { type LoadedLab, loadLab } from '../../lifecycle/prepare.ts';
import { HostError } from '../../sandbox/host-error.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { sizeOf } from '../count.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabSource } from '../lab-argument.ts';

export interface ValidateArguments {
  readonly lab: string | undefined;
  readonly overrides: ProgramOptions;
  readonly json: boolean;
}

export async function runValidate(
  { lab, overrides, json }: ValidateArguments,
  backend: Backend,
  io: Io,
): Promise<number> {
  const source = await readLabSource(lab, backend, io, overrides);
  const loaded = loadLab(source);
  const refused = hasRules(loaded.lab) ? await tryInSandbox(loaded.lab, backend, io) : [];
  const found = [...loaded.warnings, ...refused];
  if (hasErrors(found)) throw new LabFileError(source, found, loaded.locate);
  report(loaded, found, source, json, io);
  return EXIT.done;
}

const hasRules = ({ nodes, pods }: Lab) =>
  [...nodes, ...pods].some(machine => machine.iptables.length + machine.ip6tables.length > 0);

/** Whether iptables takes the rules only iptables knows: they are loaded in a sandbox that is thrown away. */
async function tryInSandbox(lab: Lab, backend: Backend, io: Io): Promise<readonly Diagnostic[]> {
  try {
    const sandbox = await backend.create(lab.name, 'netns');
    try {
      return (await tryRules(lab, sandbox)).diagnostics;
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    io.err(`the iptables rules were not tried: ${error.message}\n`);
    return [];
  }
}

function report(
  { lab, locate }: LoadedLab,
  found: readonly Diagnostic[],
  source: LabSource,
  json: boolean,
  io: Io,
): void {
  if (json) {
    const diagnostics = placeDiagnostics(found, source.text, source.file, locate);
    io.out(
      `${JSON.stringify({ lab: lab.name, nodes: lab.nodes.length, pods: lab.pods.length, diagnostics }, null, 2)}\n`,
    );
    return;
  }
  io.err(formatDiagnostics(found, source.text, source.file, locate, { colour: io.colour.err }));
  io.err(`${source.file} is a good lab: ${sizeOf(lab)}\n`);
}
