/** A graph as a Mermaid flowchart. Pure. */
import type { Box, Graph, Line, LineEnd, MachineBox } from './graph.ts';
import { STYLES } from './styles.ts';

export function toMermaid({ title, switches, machines, lines }: Graph): string {
  const boxes = new Map(
    [...switches, ...machines.flatMap(({ box, bridges, pods }) => [box, ...bridges, ...pods])].map(box => [
      box.id,
      box,
    ]),
  );
  return [
    `%% ${title.replace(/[^\P{C}]+|[{}]+/gu, ' ')}`,
    'flowchart TB',
    ...switches.map(box => `  ${boxLine(box)}`),
    ...machines.flatMap(machineLines),
    ...lines.map(line => `  ${lineText(line, boxes)}`),
    ...Object.entries(STYLES).map(
      ([kind, { fill, border }]) => `  classDef ${kind} fill:${fill},stroke:${border},color:#1f2328`,
    ),
    '',
  ].join('\n');
}

const SHAPES: Readonly<Record<Box['kind'], readonly [string, string]>> = {
  switch: ['([', '])'],
  bridge: ['[[', ']]'],
  node: ['[', ']'],
  external: ['[', ']'],
  pod: ['(', ')'],
};

function boxLine({ id, kind, title, rows, notes }: Box, heading = title): string {
  const lines = [heading, ...rows.map(({ name, text }) => `${name} ${text}`.trim()), ...notes].filter(
    text => text !== '',
  );
  const [open, close] = SHAPES[kind];
  return `${id}${open}"${lines.map(escapeMermaid).join('<br/>')}"${close}:::${kind}`;
}

function machineLines({ box, bridges, pods }: MachineBox): string[] {
  if (bridges.length + pods.length === 0) return [`  ${boxLine(box)}`];
  const heading = box.rows.length + box.notes.length === 0 ? box.title : '';
  const inner = [boxLine(box, heading), ...[...bridges, ...pods].map(item => boxLine(item))];
  return [`  subgraph ${box.id}s["${escapeMermaid(box.title)}"]`, ...inner.map(line => `    ${line}`), '  end'];
}

/** Mermaid lines go from box to box; where a box has several interfaces, the line says which. */
function lineText({ kind, from, to, label }: Line, boxes: ReadonlyMap<string, Box>): string {
  const names = [from, to].map(end => interfaceName(end, boxes)).filter(name => name !== '');
  const text = [names.join(' – '), label].filter(part => part !== '').join(', ');
  const stroke = kind === 'inside' ? '-.-' : '---';
  return `${from.box} ${stroke}${text === '' ? '' : `|"${escapeMermaid(text)}"|`} ${to.box}`;
}

function interfaceName({ box, row }: LineEnd, boxes: ReadonlyMap<string, Box>): string {
  const named = boxes.get(box)?.rows.filter(({ name }) => name !== '') ?? [];
  return row !== undefined && named.length > 1 ? row : '';
}

/** Everything that Mermaid, Markdown or HTML could take for its own becomes a character code. */
export function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/=…–±()%-]/gu, character => `#${character.codePointAt(0)};`);
}
