/** The bash script in a real bash, with the built netlab. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const netlab = fileURLToPath(new URL('../../../bin/netlab', import.meta.url));
// A running lab of somebody's is offered too: none has a name with a capital letter or a slash.
const folder = mkdtempSync(join(tmpdir(), 'complete-'));
mkdirSync(join(folder, 'labs'));
for (const name of ['A b.lab.yaml', 'labs/x.yaml', 'notes.txt']) writeFileSync(join(folder, name), '');
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(join(folder, 'labs/checks.lab.yaml'), 'checks: { it is: {}, other: { nonsense: 1 } }');

const SCRIPT = `
source <("$0" completion bash)
compopt() { :; }
COMP_WORDS=("$0" "$@") COMP_CWORD=$#
_netlab
printf '%s\\n' "\${COMPREPLY[@]}"
`;

function offered(...words: string[]): string[] {
  const text = execFileSync('bash', ['--norc', '-c', SCRIPT, netlab, ...words], { cwd: folder, encoding: 'utf8' });
  return text.split('\n').filter(line => line !== '');
}

describe('bash', () => {
  it.each<readonly [readonly string[], readonly string[]]>([
    [['comp'], ['completion']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['validate', 'A'], ['A b.lab.yaml']],
    [
      ['validate', 'labs/'],
      ['labs/x.yaml', 'labs/checks.lab.yaml'],
    ],
    [['check', 'labs/checks.lab.yaml', '--only', 'it\\ is'], ['it\\ is']],
    [['check', '--only', 'other', 'labs/checks.lab.yaml', '--only', 'o'], ['other']],
    [['validate', 'A\\ '], ['A b.lab.yaml']],
    [['validate', '"A '], ['A b.lab.yaml']],
    [['validate', "'A b"], ['A b.lab.yaml']],
    [['check', "'labs/checks.lab.yaml'", '--only', '"it'], ['it is']],
    [['validate', 'lab'], ['labs']],
    [['plan', '--format', '=', 's'], ['sh']],
    [
      ['plan', '--format', '='],
      ['text', 'sh', 'json'],
    ],
    [['graph', '-o', 'n'], ['notes.txt']],
    [['plan', '--js'], ['--json']],
    [['nope', ''], []],
  ])('%j', (words, values) => {
    expect(offered(...words).sort()).toEqual([...values].sort());
  });

  it('completes commands after exec TARGET --', () => {
    expect(offered('exec', 'web', '--', 'basena')).toContain('basename');
  });
});
