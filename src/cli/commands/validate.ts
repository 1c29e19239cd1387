/** `netlab validate`: every mistake of a lab file, without making anything of the lab. */
import { tryRules } from '../../apply/try-rules.ts';
import { type Diagnostic, hasErrors } from '../../language/diagnostic/diagnostic.ts';
import { formatDiagnostics, placeDiagnostics } from '../../language/diagnostic/format.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { LabFileError } from '../../lifecycle/errors.ts';
import { loadLab } from '../../lifecycle/load-lab.ts';
import { HostError } from '../../sandbox/host-error.ts';
import { BACKEND, IMAGE, JSON_FLAG, LAB } from '../arguments.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readLabSource } from '../lab-argument.ts';
import { validationJson, validationText } from '../views/validation.ts';
import { say } from '../write.ts';

export const command = defineCommand({
  usage: 'validate [lab]',
  describe: 'find every mistake in a lab file',
  options: y => y.positional('lab', LAB).option('backend', BACKEND).option('image', IMAGE).option('json', JSON_FLAG),
  run: async ({ lab: name, backend: kind, image, json }, { backend, io }) => {
    const source = await readLabSource(name, backend, io, { backend: kind, image });
    const { lab, warnings, sources } = loadLab(source);
    const refused = hasRules(lab) ? await tryInSandbox(lab, { backend, io }) : [];
    const found = [...warnings, ...refused];
    if (hasErrors(found)) throw new LabFileError(found, sources);
    if (json) io.out(validationJson(lab, placeDiagnostics(found, sources)));
    else {
      io.err(formatDiagnostics(found, sources, { paint: io.paint.err }));
      say(validationText(lab, source.file), io);
    }
    return EXIT.done;
  },
});

const hasRules = ({ nodes, pods }: Lab) =>
  [...nodes, ...pods].some(machine => machine.iptables.length + machine.ip6tables.length > 0);

/** Whether iptables takes the rules only iptables knows: they are loaded in a sandbox that is thrown away. */
async function tryInSandbox(lab: Lab, { backend, io }: CommandContext): Promise<readonly Diagnostic[]> {
  try {
    const sandbox = await backend.create(lab.name, 'netns');
    try {
      return (await tryRules(lab, sandbox)).diagnostics;
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    say(`the iptables rules were not tried: ${error.message}`, io);
    return [];
  }
}
