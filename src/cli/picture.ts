/** A graph in, its text in one of the languages out; and which of them a file's name asks for. */
import { extname } from 'node:path';
import { toDot, widenFontChoice } from '../graph/dot.ts';
import type { GraphFormat } from '../graph/formats.ts';
import type { Graph } from '../graph/graph.ts';
import { toMermaid } from '../graph/mermaid.ts';
import { UsageError } from '../lifecycle/errors.ts';

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

export async function draw(graph: Graph, format: GraphFormat): Promise<string> {
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
