import { instance } from '@viz-js/viz';
import { describe, expect, it } from 'vitest';
import { escapeHtml, quoteDot, toDot, widenFontChoice } from '../../../src/graph/dot.ts';
import { boxesById, drawLab, type Graph } from '../../../src/graph/graph.ts';
import { escapeMermaid, toMermaid } from '../../../src/graph/mermaid.ts';
import type { Lab } from '../../../src/language/lab/lab.ts';
import { load } from '../../../src/pipeline/load.ts';

const TWO_NODES = `
name: two
nodes: { node1: {}, node2: {} }
pods:
  web: { node: node1, labels: { app: web } }
  db: { node: node2 }
`;

const HOSTILE = '"]); <b>&amp;</b> \\" #quot; `x` end\n%%{init}%%';

function labOf(text: string): Lab {
  const { lab, diagnostics } = load(text, { name: 'test' });
  if (!lab) throw new Error(JSON.stringify(diagnostics));
  return lab;
}

const graphOf = (text: string): Graph => drawLab(labOf(text));

const titles = (graph: Graph) => [...boxesById(graph).values()].map(({ kind, title }) => `${kind} ${title}`);

/** Lines as `title/row-title/row`, whichever way the ids are chosen. */
function lines(graph: Graph): string[] {
  const boxes = boxesById(graph);
  const name = ({ box, row }: Graph['lines'][number]['from']) => [boxes.get(box)?.title, row].filter(Boolean).join(':');
  return graph.lines.map(({ kind, from, to, label }) => `${kind} ${name(from)} ${name(to)} ${label}`.trim());
}

describe('what is in the picture', () => {
  it('has every node, bridge, pod and switch, and every veth pair between them', () => {
    const graph = graphOf(TWO_NODES);
    expect(titles(graph)).toEqual([
      'switch lan',
      'node node1',
      'bridge cbr0',
      'pod web',
      'node node2',
      'bridge cbr0',
      'pod db',
    ]);
    expect(lines(graph).sort()).toEqual([
      'inside node1 cbr0',
      'inside node2 cbr0',
      'port cbr0 db:eth0',
      'port cbr0 web:eth0',
      'port lan node1:eth0',
      'port lan node2:eth0',
    ]);
  });

  it('names addresses and labels', () => {
    const web = graphOf(TWO_NODES).nodes[0]?.pods[0];
    expect(web).toMatchObject({ rows: [{ name: 'eth0', texts: ['10.244.0.2/24'] }], notes: ['app=web'] });
  });

  it('draws a cable with what it does to packets', () => {
    const graph = graphOf(`
cluster: { network: none }
nodes: { a: {}, b: {} }
links: [{ ends: [a, b], subnet: 10.0.0.0/30, delay: 20ms, jitter: 2ms, loss: 1%, rate: 10mbit, mtu: 1400 }]
`);
    expect(lines(graph)).toEqual(['cable a:eth0 b:eth0 10mbit, 20ms ± 2ms, 1% loss, MTU 1400']);
  });

  it('counts iptables rules by table, and draws what is external last', () => {
    const graph = graphOf(`
nodes:
  aaa: { external: true }
  node1: { iptables: ["-t nat -A POSTROUTING -j MASQUERADE", "-A FORWARD -j ACCEPT", "-A INPUT -j ACCEPT"] }
`);
    expect(graph.nodes.map(({ title }) => title)).toEqual(['node1', 'aaa']);
    expect(graph.nodes[0]?.box?.notes).toEqual(['iptables rules: nat 1, filter 2']);
    expect(graph.nodes[1]?.box?.kind).toBe('external');
  });

  it('draws no empty box in a frame', () => {
    const [node] = graphOf('{ nodes: { a: {} }, pods: { web: { node: a } } }').nodes;
    expect(node?.isFrame).toBe(true);
    const [alone] = graphOf('{ cluster: { network: none }, nodes: { a: {} } }').nodes;
    expect(alone).toMatchObject({ isFrame: false, box: { title: 'a' } });
  });
});

describe('many pods', () => {
  const scale = graphOf('{ nodes: { node: { replicas: 10 } }, pods: { web: { replicas: 1000 } } }');

  it('are one box a node, with the first and the last of them', () => {
    const pods = scale.nodes.flatMap(node => node.pods);
    expect(pods.map(({ count }) => count)).toEqual(Array(10).fill(100));
    expect(pods[0]).toMatchObject({
      title: 'web-0 … web-990 (100 pods)',
      rows: [{ name: 'eth0', texts: ['10.244.0.2 … 10.244.0.101/24'] }],
    });
  });

  it('have one line', () => {
    expect(scale.lines.filter(({ kind }) => kind === 'port')).toHaveLength(20);
  });

  it('stay apart where they are few, or not alike', () => {
    const graph = graphOf(`
nodes: { a: {} }
pods:
  few: { replicas: 4, node: a }
  six: { replicas: 6, node: a }
  six-6: { node: a, labels: { other: "yes" } }
  one-1: { node: a }
`);
    expect(graph.nodes[0]?.pods.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['few-0', 'few-3', 'six-0 … six-5 (6 pods)', 'six-6', 'one-1']),
    );
  });
});

describe('text in the drawing languages', () => {
  it.each([
    ['10.244.0.2/24', '10.244.0.2/24'],
    ['a"b', 'a#34;b'],
    ['a#b;c', 'a#35;b#59;c'],
    ['<b>&', '#60;b#62;#38;'],
    ['a\nb', 'a#10;b'],
    ['`|\\', '#96;#124;#92;'],
    ['Größe 10 %', 'Größe 10 %'],
    ['🚀', '#128640;'],
  ])('Mermaid: %j', (text, escaped) => {
    expect(escapeMermaid(text)).toBe(escaped);
  });

  it.each([
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a\nb', '"a b"'],
    ['', '""'],
  ])('DOT string: %j', (text, quoted) => {
    expect(quoteDot(text)).toBe(quoted);
  });

  it('DOT HTML', () => {
    expect(escapeHtml(`<a href="x">&'\n`)).toBe('&#60;a href=&#34;x&#34;&#62;&#38;&#39; ');
  });

  const lab = labOf(TWO_NODES);
  const [node, ...others] = lab.nodes;
  if (!node) throw new Error('no node');
  const hostile = drawLab({ ...lab, description: HOSTILE, nodes: [{ ...node, labels: { note: HOSTILE } }, ...others] });

  it('Mermaid keeps hostile labels inside their quotes', () => {
    const text = toMermaid(hostile);
    for (const line of text.split('\n').slice(1)) expect(line.replace(/"[^"]*"/g, '')).not.toMatch(/["`&;<\\]|init/);
    expect(text.split('\n')).toHaveLength(toMermaid(drawLab(lab)).split('\n').length);
    expect(text.split('\n')[0]).not.toMatch(/[{}]/);
  });

  it('Graphviz draws hostile labels as they are', async () => {
    const svg = (await instance()).renderString(toDot(hostile), { format: 'svg' });
    expect(svg).toContain('&lt;b&gt;&amp;amp;&lt;/b&gt;');
  });
});

describe('what Graphviz makes of it', () => {
  it('is a picture with all names and addresses, in fonts that browsers have', async () => {
    const svg = widenFontChoice((await instance()).renderString(toDot(graphOf(TWO_NODES)), { format: 'svg' }));
    for (const text of ['node1', 'node2', '>web<', 'eth0 10.244.1.2/24', '172.18.0.0/16']) expect(svg).toContain(text);
    expect(svg).toContain('font-family="Verdana,DejaVu Sans,sans-serif"');
    expect(svg).not.toContain('font-family="Verdana"');
  });
});
