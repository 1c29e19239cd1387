import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nameOfFile } from '../../../src/cli/lab-argument.ts';
import { formatOfFile } from '../../../src/cli/picture.ts';
import stringWidth from '../../../src/cli/string-width.ts';
import { table } from '../../../src/cli/views/table.ts';
import { quoteForShell, toShell } from '../../../src/plan/shell.ts';

describe('a lab without a name is called as its file', () => {
  it.each([
    ['labs/two-nodes.lab.yaml', 'two-nodes'],
    ['a.lab.yml', 'a'],
    ['/x/lab.yaml', 'lab'],
    ['plain.yaml', 'plain'],
    ['no-ending', 'no-ending'],
    ['My Lab (2).lab.yaml', 'my-lab-2'],
    ['_._.lab.yaml', 'lab'],
    [`${'x'.repeat(70)}.lab.yaml`, 'x'.repeat(63)],
    [`${'x'.repeat(62)}-y.lab.yaml`, 'x'.repeat(62)],
  ])('%s → %s', (file, name) => {
    expect(nameOfFile(file)).toBe(name);
  });
});

describe('a table', () => {
  it('has columns as wide as their widest cell, and nothing behind the last word', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['wide', ''],
          ['x', 'y'],
        ],
      ),
    ).toBe('A      LONG\nwide\nx      y\n');
  });
});

describe('quoting for a shell', () => {
  it.each(['10.244.0.0/16', 'net.ipv4.ip_forward=1', '-A', 'eth0@x', 'a:b,c%d+'])('leaves %s alone', word => {
    expect(quoteForShell(word)).toBe(word);
  });

  it.each(['', ' ', "it's", '$(id)', '`id`', '!x', 'a\nb', '*', '~', '#x', '"', '\\', ';', '🚀'])(
    'keeps %j as one word',
    word => {
      const said = execFileSync('sh', ['-c', `printf '%s|' ${quoteForShell(word)}`], { encoding: 'utf8' });
      expect(said).toBe(`${word}|`);
    },
  );

  it.each([
    [{ ns: 'web', argv: ['ip', 'link'] }, 'ip -n web link'],
    [{ ns: 'web', argv: ['tc', 'qdisc'] }, 'tc -n web qdisc'],
    [{ ns: 'web', argv: ['sysctl', '-w', 'a=b c'] }, "ip netns exec web sysctl -w 'a=b c'"],
    [{ ns: null, argv: ['ip', 'netns', 'add', 'web'] }, 'ip netns add web'],
  ])('%j', (command, text) => {
    expect(toShell(command)).toBe(text);
  });
});

describe('columns of a text', () => {
  it.each([
    ['abc', 3],
    ['\u001b[31mabc\u001b[0m', 3],
    ['漢字', 4],
    ['e\u0301', 1],
    ['', 0],
  ])('%j has %i', (text, width) => {
    expect(stringWidth(text)).toBe(width);
  });
});

describe('the format of a picture', () => {
  it.each([
    ['net.svg', 'svg'],
    ['a/b.dot', 'dot'],
    ['x.gv', 'dot'],
    ['x.mmd', 'mermaid'],
    ['x.MMD', 'mermaid'],
    ['x.mermaid', 'mermaid'],
    ['net.SVG', 'svg'],
    ['x', 'mermaid'],
    ['-', 'mermaid'],
    [undefined, 'mermaid'],
  ])('%s is %s', (file, format) => {
    expect(formatOfFile(file)).toBe(format);
  });

  it.each(['x.png', 'x.txt', 'a.svg/x.pdf', 'x.json'])('%s is none, which is said', file => {
    expect(() => formatOfFile(file)).toThrow(`the format of "${file}" is not known by its name`);
  });
});
