/** `netlab expand`: the lab with every default written out; itself a lab file. */
import { loadLab } from '../../lifecycle/load-lab.ts';
import { expand } from '../../pipeline/expand.ts';
import { BACKEND, IMAGE, JSON_FLAG, LAB } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readLabSource } from '../lab-argument.ts';
import { labYaml } from '../views/lab-yaml.ts';

export const command = defineCommand({
  usage: 'expand [lab]',
  describe: 'print the lab with every default written out',
  options: y => y.positional('lab', LAB).option('backend', BACKEND).option('image', IMAGE).option('json', JSON_FLAG),
  run: async ({ lab, backend: kind, image, json }, { backend, io }) => {
    const source = await readLabSource(lab, backend, io, { backend: kind, image });
    const file = expand(loadLab(source).lab);
    io.out(json ? `${JSON.stringify(file, null, 2)}\n` : labYaml(file));
    return EXIT.done;
  },
});
