/** `netlab graph`: a lab as a picture. */
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { toDot, widenFontChoice } from '../../graph/dot.ts';
import { GRAPH_FORMATS, type GraphFormat } from '../../graph/formats.ts';
import { drawLab, type Graph } from '../../graph/graph.ts';
import { toMermaid } from '../../graph/mermaid.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { damagedRecord, UsageError } from '../../lifecycle/errors.ts';
import { loadLab } from '../../lifecycle/load-lab.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { LAB, OUTPUT, once } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabSource, readRunningLab } from '../lab-argument.ts';
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
    const text = await draw(drawLab(await readLab(lab, backend, io)), kind);
    if (output === undefined || output === '-') io.out(text);
    else writeFile(output, text, io);
    return EXIT.done;
  },
});

/** A file is read; what is no file is a lab that runs. */
async function readLab(lab: string | undefined, backend: Backend, io: Io): Promise<Lab> {
  const isFile = lab === '-' || (lab !== undefined && (existsSync(resolve(io.cwd, lab)) || /[/.]/.test(lab)));
  if (isFile) return loadLab(await readLabSource(lab, backend, io)).lab;
  if (lab === undefined) {
    const source = await readLabSource(undefined, backend, io).catch(() => undefined);
    if (source) return loadLab(source).lab;
  }
  return recallLab(await readRunningLab(lab, backend, io), backend);
}

async function recallLab(running: RunningLab, backend: Backend): Promise<Lab> {
  const remembered = await recallRunning(running, backend);
  if (!remembered) throw damagedRecord(running.name);
  return remembered.lab;
}

/** What the file's name ends with, as people expect. */
export function formatOfFile(file: string | undefined): GraphFormat {
  if (file === undefined || file === '-' || file.startsWith('/dev/')) return 'mermaid';
  switch (extname(file).toLowerCase()) {
    case '.svg':
      return 'svg';
    case '.dot':
    case '.gv':
      return 'dot';
    case '':
    case '.mmd':
    case '.mermaid':
    case '.md':
      return 'mermaid';
    default:
      throw new UsageError(`the format of "${file}" is not known by its name`, `${ENDINGS}, or say it with --format`);
  }
}

const ENDINGS = 'end it with .svg, .dot or .gv, .mmd or .mermaid';

async function draw(graph: Graph, format: GraphFormat): Promise<string> {
  switch (format) {
    case 'mermaid':
      return toMermaid(graph);
    case 'dot':
      return toDot(graph);
    case 'svg': {
      const { instance } = await import('@viz-js/viz');
      return widenFontChoice((await instance()).renderString(toDot(graph), { format: 'svg' }));
    }
  }
}
