/** The fish script in a real fish, with the built netlab, where there is a fish. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findCommand } from '../../../src/linux/find-command.ts';

const PATH = process.env['PATH'] ?? '';
const netlab = fileURLToPath(new URL('../../../bin/netlab', import.meta.url));
// A running lab of somebody's is offered too: none has a name with a capital letter.
const folder = mkdtempSync(join(tmpdir(), 'complete-'));
mkdirSync(join(folder, 'My labs'));
for (const name of ['A b.lab.yaml', 'My labs/X y.yaml', 'Notes.txt']) writeFileSync(join(folder, name), '');
writeFileSync(join(folder, 'C.lab.yaml'), 'checks: { it is: {}, other: {} }');
afterAll(() => rmSync(folder, { recursive: true }));

const SCRIPT = `
function netlab; ${JSON.stringify(netlab)} $argv; end
netlab completion fish | source
for line in $argv; complete -C $line; echo =; end
`;

const LINES: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['netlab comp', ['completion']],
  ['netlab help comp', ['completion']],
  ['netlab completion ', ['bash', 'fish', 'zsh']],
  ['netlab validate A', ['A b.lab.yaml']],
  ['netlab validate My', ['My labs/']],
  ['netlab validate My\\ labs/', ['My labs/X y.yaml']],
  ['netlab validate "My la', ['My labs/']],
  ["netlab validate 'My labs/X", ['My labs/X y.yaml']],
  ['netlab check C.lab.yaml --only it\\ ', ['it is']],
  ['netlab plan --format=s', ['--format=sh']],
  ['netlab plan --js', ['--json']],
  ['netlab graph -o N', ['Notes.txt']],
  ['netlab exec web -- basena', ['basename']],
  ['netlab nope ', []],
];

describe.skipIf(findCommand('fish', PATH) === undefined)('fish', () => {
  it('offers what netlab says', () => {
    const lines = LINES.map(([line]) => line);
    const env = { PATH, HOME: folder };
    const text = execFileSync('fish', ['-c', SCRIPT, ...lines], { cwd: folder, env, encoding: 'utf8' });
    const offered = text.split('=\n').map(part =>
      part
        .split('\n')
        .filter(Boolean)
        .map(one => one.split('\t')[0]),
    );
    expect(lines.map((line, index) => [line, offered[index]?.sort()])).toEqual(LINES);
  });
});
