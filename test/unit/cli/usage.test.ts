import { expect, test } from 'vitest';
import { makeNetnsBackend } from '../../../src/backends/netns/netns-backend.ts';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import { leavePlain } from '../../../src/cli/paint.ts';

async function type(...argv: string[]): Promise<{ code: number; err: string; out: string }> {
  const said = { out: '', err: '' };
  const io: Io = {
    out: text => {
      said.out += text;
    },
    err: text => {
      said.err += text;
    },
    readStdin: async () => '',
    cwd: '/',
    live: false,
    paint: { out: leavePlain, err: leavePlain },
    outLost: new AbortController().signal,
    catchSignals: () => new AbortController().signal,
  };
  return { code: await main(argv, { backend: makeNetnsBackend(), io }), ...said };
}

test.each([
  [['reach', 'lab', '--from'], 'the option "from" needs a value'],
  [['reach', 'lab', '--port'], 'the option "port" needs a value'],
  [['reach', 'lab', '--port', '65536'], '--port takes a number from 1 to 65535'],
  [['check', 'lab', '--junit'], 'the option "junit" needs a value'],
  [['check', 'lab', '--wait', 'banana'], '--wait is a length of time, and not "banana"'],
  [['logs', 'web', '--tail', 'x'], '--tail takes a number of lines'],
  [['logs', 'web', '--tail', '-1'], '--tail takes a number of lines'],
  [['logs', 'web', '--tail', '1.5'], '--tail takes a number of lines'],
  [['logs', 'web', '--since', '-1h'], '--since is a length of time, and not "-1h"'],
  [['logs', 'web', '--since', 'yesterday'], '--since is a length of time, and not "yesterday"'],
  [['up', 'lab.yaml', '--timeout', 'x'], '--timeout is a length of time, and not "x"'],
  [['plan', '--format'], 'the option "format" needs a value'],
  [
    ['plan', '--format', 'x'],
    'format is "x", and may be "text", "sh", "json"\n  help: netlab plan [lab]; netlab plan --help',
  ],
  [['up', '--backend'], 'the option "backend" needs a value'],
  [['logs'], 'which pod? "netlab logs" needs one\n  help: netlab logs <pod> [container]; netlab logs --help'],
  [['shell'], 'which target? "netlab shell" needs one\n  help: netlab shell <target>; netlab shell --help'],
  [['exec'], 'which target? "netlab exec" needs one\n  help: netlab exec <target> [command..]; netlab exec --help'],
  [['completion'], 'which shell? "netlab completion" needs one\n  help: netlab completion <shell>; netlab completion'],
  [['list', 'one'], 'there is no option or argument: one\n  help: netlab list; netlab list --help'],
  [['graph', 'lab.yaml', '-o', 'x.png'], 'the format of "x.png" is not known by its name\n  help: end it with .svg'],
  [['graph', 'a.yaml', '-o', 'a.svg', '-o', 'b.svg'], '--output is given 2 times'],
  [['graph', 'a.yaml', '--format', 'svg', '--format', 'dot'], '--format is given 2 times'],
  [['graph', 'a.yaml', '--no-output'], 'there is no option or argument: '],
  [['graph', 'a.yaml', '--output.x=y'], 'there is no option or argument: output.x'],
  [['exec', 'web', '-c', 'a', '--container', 'b', '--', 'true'], '--container is given 2 times'],
  [['exec', 'web', '--lab=', '--', 'true'], '--lab is empty'],
  [['check', 'lab', '--junit', 'a', '--junit', 'b'], '--junit is given 2 times'],
  [['up', '--backend', 'netns', '--backend', 'docker'], '--backend is given 2 times'],
  [['reach', '--protocol', 'tcp,x'], 'protocol is "x", and may be "tcp", "udp"'],
  [['reach', '--timeout', '0'], '--timeout is from 1ms to 5m, and not "0"'],
  [['reach', '--timeout', '1s', '--timeout', '2s'], '--timeout is given 2 times'],
  [['list', '--json=maybe'], '--json is yes or no, and not "maybe"\n  help: for yes, --json alone'],
  [['list', '--json='], '--json is yes or no, and not ""'],
  [['down', '--all=1'], '--all is yes or no, and not "1"'],
  [['up', '--dry-run=perhaps', 'lab.yaml'], '--dry-run is yes or no'],
  [['up', '--dryRun=perhaps', 'lab.yaml'], '--dry-run is yes or no'],
  [['up', '--check=True', 'lab.yaml'], '--check is yes or no'],
  [['logs', 'web', '-ft=x'], '-t is yes or no, and not "x"'],
  [['logs', 'web', '-t3'], '-t is yes or no, and not "3"'],
  [['logs', '--help=x'], '--help is yes or no'],
  [['--version=x'], '--version is yes or no'],
  [['validate', ''], 'LAB is empty'],
  [['completion', 'tcsh'], 'that it cannot have: shell is "tcsh"'],
  [['--', 'list'], 'which command?'],
  [['lost'], 'there is no command "lost"\n  help: did you mean list?'],
  [['nonsense'], 'there is no command "nonsense"\n  help: netlab --help lists them'],
  [[], 'which command?\n  help: netlab --help lists them'],
  [['exec', 'web', '-c'], 'the option "c" needs a value'],
])('%j is a mistake of whoever types it', async (argv, words) => {
  const { code, out, err } = await type(...argv);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(words) });
});

test.each(['--json', '--json=yes', '--json=true'])('list %s prints JSON', async word => {
  expect(JSON.parse((await type('list', word)).out)).toHaveProperty('labs');
});

test.each(['--json=no', '--json=false'])('list %s prints none', async word => {
  const { code, out } = await type('list', word);
  expect({ code, isJson: out.startsWith('{') }).toEqual({ code: 0, isJson: false });
});
