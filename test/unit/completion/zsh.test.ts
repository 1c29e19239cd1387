/** The zsh script in a real zsh at a terminal of its own, with the built netlab, where there is a zsh. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

/** Types each line and Tab, and then has the line printed as it is: zsh does one after the other. */
const SCRIPT = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= PS2=; stty -echo; source <(netlab completion zsh)'
zpty -w z 'show() { print -r -- "<$BUFFER>"; BUFFER= }; zle -N show; bindkey "^I" complete-word "^X" show; print "READ"Y'
zpty -r -m z out '*READY*'
for line in "$@"; do
  zpty -w -n z "$line"$'\\t\\x18'
  zpty -r -m z out '*<*>*'
  print -r -- \${\${out##*<}%%>*}
done
zpty -d z
`;

const LINES: readonly (readonly [line: string, completed: string])[] = [
  ['netlab comp', 'netlab completion '],
  ['netlab help comp', 'netlab help completion '],
  ['netlab completion z', 'netlab completion zsh '],
  ['netlab validate A', 'netlab validate A\\ b.lab.yaml '],
  ['netlab validate My', 'netlab validate My\\ labs/'],
  ['netlab validate My\\ labs/', 'netlab validate My\\ labs/X\\ y.yaml '],
  ['netlab validate "My la', 'netlab validate "My labs/'],
  ["netlab validate 'My labs/X", "netlab validate 'My labs/X y.yaml' "],
  ['netlab check C.lab.yaml --only it', 'netlab check C.lab.yaml --only it\\ is '],
  ['netlab check C.lab.yaml --only "it', 'netlab check C.lab.yaml --only "it is" '],
  ['netlab plan --format=s', 'netlab plan --format=sh '],
  ['netlab plan --js', 'netlab plan --json '],
  ['netlab graph -o N', 'netlab graph -o Notes.txt '],
  ['netlab exec web -- basena', 'netlab exec web -- basename '],
  ['netlab nope A', 'netlab nope A'],
];

describe.skipIf(findCommand('zsh', PATH) === undefined)('zsh', () => {
  it('completes what netlab says', () => {
    const lines = LINES.map(([line]) => line);
    const env = { PATH: `${dirname(netlab)}:${PATH}`, HOME: folder, TERM: 'dumb' };
    const text = execFileSync('zsh', ['-f', '-c', SCRIPT, 'zsh', ...lines], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const completed = text.split('\n');
    expect(lines.map((line, index) => [line, completed[index]])).toEqual(LINES);
  });
});
