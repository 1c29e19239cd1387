/** A graph in Graphviz' language: nodes with something inside are clusters, interfaces are rows that lines end at. Pure. */
import type { Box, Graph, Line, LineEnd, MachineBox } from './graph.ts';
import { STYLES } from './styles.ts';

const FONT = 'fontname="Helvetica,Arial,sans-serif"';

export function toDot({ title, switches, machines, lines }: Graph): string {
  const boxes = new Map(
    [...switches, ...machines.flatMap(({ box, bridges, pods }) => [box, ...bridges, ...pods])].map(box => [
      box.id,
      box,
    ]),
  );
  return [
    'graph lab {',
    `  graph [label=${quoteDot(title)}, labelloc=t, fontsize=16, ${FONT}, fontcolor="#57606a", rankdir=TB, nodesep=0.3, ranksep=0.5, pad=0.2]`,
    `  node [shape=box, style="rounded,filled", margin="0.06,0.03", fontsize=11, ${FONT}, fontcolor="#1f2328"]`,
    `  edge [color="#57606a", fontsize=10, ${FONT}, fontcolor="#57606a"]`,
    ...switches.map(box => `  ${boxLine(box)}`),
    ...machines.flatMap(machineLines),
    ...lines.map(line => `  ${lineText(line, boxes)}`),
    '}',
    '',
  ].join('\n');
}

function machineLines({ box, bridges, pods }: MachineBox): string[] {
  if (bridges.length + pods.length === 0) return [`  ${boxLine(box)}`];
  const look = 'style="rounded,filled", fillcolor="#f6f8fa", color="#8c959f", fontsize=13, labeljust=l';
  const inner = [boxLine(box, false), ...[...bridges, ...pods].map(item => boxLine(item))];
  return [
    `  subgraph cluster_${box.id} {`,
    `    label=<<b>${escapeHtml(box.title)}</b>>; ${look}`,
    ...inner.map(line => `    ${line}`),
    '  }',
  ];
}

function boxLine(box: Box, titled = true): string {
  const { fill, border } = STYLES[box.kind];
  const stack = box.count > 1 ? ', peripheries=2' : '';
  return `${box.id} [label=<${tableOf(box, titled)}>, fillcolor="${fill}", color="${border}"${stack}]`;
}

function tableOf({ title, rows, notes }: Box, titled: boolean): string {
  const head =
    titled || rows.length + notes.length === 0 ? [`<tr><td colspan="2"><b>${escapeHtml(title)}</b></td></tr>`] : [];
  const body = rows.map(({ name, text }, index) =>
    name === ''
      ? `<tr><td colspan="2">${escapeHtml(text)}</td></tr>`
      : `<tr><td port="p${index}" align="left">${escapeHtml(name)}</td><td align="left">${escapeHtml(text)}</td></tr>`,
  );
  const foot = notes.map(
    note => `<tr><td colspan="2"><font color="#57606a" point-size="9">${escapeHtml(note)}</font></td></tr>`,
  );
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="2">${[...head, ...body, ...foot].join('')}</table>`;
}

/** A cable joins equals: it does not say which of the two is drawn above the other. */
function lineText({ kind, from, to, label }: Line, boxes: ReadonlyMap<string, Box>): string {
  const attributes = [
    ...(kind === 'cable' ? ['constraint=false'] : []),
    ...(kind === 'inside' ? ['style=dashed', 'color="#afb8c1"'] : []),
    ...(label === '' ? [] : [`label=${quoteDot(label)}`]),
  ];
  return `${endText(from, boxes)} -- ${endText(to, boxes)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`;
}

function endText({ box, row }: LineEnd, boxes: ReadonlyMap<string, Box>): string {
  const index = row === undefined ? -1 : (boxes.get(box)?.rows.findIndex(({ name }) => name === row) ?? -1);
  return index === -1 ? box : `${box}:p${index}`;
}

/** A string in double quotes: only the quote, the backslash and line breaks have a meaning in it. */
export function quoteDot(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}+/gu, ' ')}"`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`).replace(/\p{Cc}+/gu, ' ');
}
