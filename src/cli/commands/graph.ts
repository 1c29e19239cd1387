/** `netlab graph`: a lab as a picture. */
import { GRAPH_FORMATS, type GraphFormat } from '../../graph/formats.ts';
import { drawLab } from '../../graph/graph.ts';
import { LAB, OUTPUT, once } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { draw, formatOfFile } from '../picture.ts';
import { readAnyLab } from '../read-any-lab.ts';
import { writeFile } from '../write.ts';

export const command = defineCommand({
  usage: 'graph [lab]',
  describe: 'draw a lab',
  options: y =>
    y
      .positional('lab', LAB)
      .option('format', {
        choices: GRAPH_FORMATS,
        requiresArg: true,
        coerce: once<GraphFormat | undefined>('--format'),
        describe: 'what --output ends with, else mermaid',
      })
      .option('output', OUTPUT),
  run: async ({ lab, format, output }, { backend, io }) => {
    const kind = format ?? formatOfFile(output);
    const text = await draw(drawLab((await readAnyLab(lab, backend, io)).lab), kind);
    if (output === undefined || output === '-') io.out(text);
    else writeFile(output, text, io);
    return EXIT.done;
  },
});
