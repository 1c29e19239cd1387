/** `netlab expand`: the lab with every default written out; itself a lab file. */
import { stringify } from 'yaml';
import type { ProgramOptions } from '../../features/containers/resolve/programs.ts';
import { loadLab } from '../../lifecycle/prepare.ts';
import { expand } from '../../pipeline/expand.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabSource } from '../lab-argument.ts';

export interface ExpandArguments {
  readonly lab: string | undefined;
  readonly overrides: ProgramOptions;
  readonly json: boolean;
}

export async function runExpand({ lab, overrides, json }: ExpandArguments, backend: Backend, io: Io): Promise<number> {
  const source = await readLabSource(lab, backend, io, overrides);
  const file = expand(loadLab(source).lab);
  io.out(json ? `${JSON.stringify(file, null, 2)}\n` : stringify(file, { lineWidth: 0, aliasDuplicateObjects: false }));
  return EXIT.done;
}
