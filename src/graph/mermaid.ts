/** A graph as a Mermaid flowchart. Pure. */
import { type Box, boxesById, type Graph, type Line, type LineEnd, type NodeFrame } from './graph.ts';
import { STYLES } from './styles.ts';

export function toMermaid(graph: Graph): string {
  const { title, direction, switches, nodes, lines } = graph;
  const boxes = boxesById(graph);
  const used = new Set<string>([...boxes.values()].map(({ kind }) => kind));
  return [
    `%% ${title.replace(/[^\P{C}]+|[{}]+/gu, ' ')}`,
    `flowchart ${direction}`,
    ...switches.map(box => `  ${boxLine(box)}`),
    ...nodes.flatMap(frameLines),
    ...lines.map(line => `  ${lineText(line, boxes)}`),
    ...Object.entries(STYLES)
      .filter(([kind]) => used.has(kind))
      .map(([kind, { fill, border }]) => `  classDef ${kind} fill:${fill},stroke:${border},color:#1f2328`),
    '',
  ].join('\n');
}

const SHAPES: Readonly<Record<Box['kind'], readonly [string, string]>> = {
  switch: ['([', '])'],
  bridge: ['[[', ']]'],
  node: ['[', ']'],
  external: ['[', ']'],
  pod: ['(', ')'],
  isolated: ['(', ')'],
};

function boxLine({ id, kind, title, rows, notes }: Box, isTitled = true): string {
  const texts = rows.map(({ name, texts }) => [name, ...texts].join(' ').trim());
  const lines = [...(isTitled ? [title] : []), ...texts, ...notes].filter(text => text !== '');
  const [open, close] = SHAPES[kind];
  return `${id}${open}"${lines.map(escapeMermaid).join('<br/>')}"${close}:::${kind}`;
}

function frameLines({ title, isFrame, box, bridges, pods }: NodeFrame): string[] {
  const own = box ? [boxLine(box, !isFrame)] : [];
  if (!isFrame) return own.map(line => `  ${line}`);
  const id = box?.id ?? bridges[0]?.id ?? pods[0]?.id ?? '';
  const inner = [...own, ...[...bridges, ...pods].map(item => boxLine(item))];
  return [`  subgraph ${id}f["${escapeMermaid(title)}"]`, ...inner.map(line => `    ${line}`), '  end'];
}

const STROKES: Readonly<Record<Line['kind'], string>> = {
  ...{ cable: '---', port: '---', inside: '-.-', flow: '-->', mutual: '<-->' },
};

/** Mermaid lines go from box to box; where a box has several interfaces, the line says which. */
function lineText({ kind, from, to, label }: Line, boxes: ReadonlyMap<string, Box>): string {
  const names = [from, to].map(end => interfaceName(end, boxes)).filter(name => name !== '');
  const text = [names.join(' – '), label].filter(part => part !== '').join(', ');
  return `${from.box} ${STROKES[kind]}${text === '' ? '' : `|"${escapeMermaid(text)}"|`} ${to.box}`;
}

function interfaceName({ box, row }: LineEnd, boxes: ReadonlyMap<string, Box>): string {
  const named = boxes.get(box)?.rows.filter(({ name }) => name !== '') ?? [];
  return row !== undefined && named.length > 1 ? row : '';
}

/** Everything that Mermaid, Markdown or HTML could take for its own becomes a character code. */
export function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/=…–±()%-]/gu, character => `#${character.codePointAt(0)};`);
}
