/** A graph in Graphviz' language: nodes with something inside are clusters, and lines end at interfaces. Pure. */
import { type Box, boxesById, type Graph, type Line, type LineEnd, type NodeFrame, type Row } from './graph.ts';
import { STYLES } from './styles.ts';

/**
 * The one font that Graphviz lays out with: it knows its widths without having it, and it is the widest of those that
 * take its place elsewhere.
 */
const FONT = 'Verdana';
const FONT_FAMILY = 'Verdana,DejaVu Sans,sans-serif';

const GRAY = '#57606a';

export function toDot(graph: Graph): string {
  const { title, direction, switches, nodes, lines } = graph;
  const boxes = boxesById(graph);
  return [
    'graph lab {',
    `  graph [label=${quoteDot(title)}, labelloc=t, labeljust=l, fontsize=14, fontname="${FONT}", fontcolor="${GRAY}"${direction === 'TB' ? '' : `, rankdir=${direction}`}, nodesep=0.35, ranksep=0.45, newrank=true, pad=0.2]`,
    `  node [shape=box, style="rounded,filled", margin="0.05,0.02", height=0.3, fontsize=10, fontname="${FONT}", fontcolor="#1f2328"]`,
    `  edge [color="${GRAY}", fontsize=9, fontname="${FONT}", fontcolor="${GRAY}"]`,
    ...switches.map(box => `  ${boxLine(box)}`),
    ...nodes.flatMap(frameLines),
    ...lines.map(line => `  ${lineText(line, boxes)}`),
    ...rowLines(nodes),
    '}',
    '',
  ].join('\n');
}

/** What a browser shows where it does not have the font. */
export function widenFontChoice(svg: string): string {
  return svg.replaceAll(`font-family="${FONT}"`, `font-family="${FONT_FAMILY}"`);
}

function frameLines({ title, isFrame, box, bridges, pods }: NodeFrame): string[] {
  const own = box ? [boxLine(box, !isFrame)] : [];
  if (!isFrame) return own.map(line => `  ${line}`);
  const inner = [...own, ...[...bridges, ...pods].map(item => boxLine(item))];
  const id = box?.id ?? bridges[0]?.id ?? pods[0]?.id ?? '';
  const { fill, border } = box?.kind === 'external' ? STYLES.external : { fill: '#f6f8fa', border: '#8c959f' };
  return [
    `  subgraph cluster_${id} {`,
    `    graph [label=<<b>${escapeHtml(title)}</b>>, style="rounded,filled", fillcolor="${fill}", color="${border}", fontsize=11, margin=10, labelloc=b, labeljust=r]`,
    ...inner.map(line => `    ${line}`),
    '  }',
  ];
}

function boxLine(box: Box, isTitled = true): string {
  const { fill, border } = STYLES[box.kind];
  const stack = box.count > 1 ? ', peripheries=2' : '';
  return `${box.id} [label=<${tableOf(box, isTitled)}>, fillcolor="${fill}", color="${border}"${stack}]`;
}

/** The title, the interfaces side by side, and the notes. */
function tableOf({ title, rows, notes }: Box, isTitled: boolean): string {
  const span = `colspan="${Math.max(1, rows.length)}"`;
  const head = isTitled ? [`<td ${span}><b>${escapeHtml(title)}</b></td>`] : [];
  const cells = rows.map((row, index) => `<td port="p${index}">${cellText(row)}</td>`).join('');
  const small = (note: string) => `<td ${span}><font color="${GRAY}" point-size="8">${escapeHtml(note)}</font></td>`;
  const lines = [...head, ...(cells === '' ? [] : [cells]), ...notes.map(small)];
  const table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="2">';
  return `${table}${lines.map(line => `<tr>${line}</tr>`).join('')}</table>`;
}

function cellText({ name, texts }: Row): string {
  const [first = '', ...rest] = texts.map(escapeHtml);
  const top = [escapeHtml(name), first].filter(text => text !== '').join(' ');
  return [top, ...rest].join('<br/>');
}

/** A cable joins equals: it does not say which of the two is drawn above the other. */
function lineText({ kind, from, to, label }: Line, boxes: ReadonlyMap<string, Box>): string {
  const attributes = [
    ...(kind === 'cable' ? ['constraint=false'] : []),
    ...(kind === 'flow' ? ['dir=forward'] : kind === 'mutual' ? ['dir=both'] : []),
    ...(kind === 'inside' ? ['style=dashed', 'color="#afb8c1"'] : []),
    ...(label === '' ? [] : [`label=${quoteDot(` ${label} `)}`]),
  ];
  const ends = `${endText(from, boxes)} -- ${endText(to, boxes)}`;
  return `${ends}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`;
}

/** Where a box has one interface, the line ends at the box. */
function endText({ box, row }: LineEnd, boxes: ReadonlyMap<string, Box>): string {
  const rows = boxes.get(box)?.rows ?? [];
  const index = rows.findIndex(({ name }) => name === row);
  return row === undefined || index === -1 || rows.length === 1 ? box : `${box}:p${index}`;
}

/** Nodes stand in one row, wherever they are plugged in. */
function rowLines(nodes: readonly NodeFrame[]): string[] {
  const ids = nodes.flatMap(({ box }) => box?.id ?? []);
  return ids.length < 2 ? [] : [`  {rank=same; ${ids.join('; ')}}`];
}

/** A string in double quotes: only the quote, the backslash and line breaks have a meaning in it. */
export function quoteDot(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}+/gu, ' ')}"`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`).replace(/\p{Cc}+/gu, ' ');
}
