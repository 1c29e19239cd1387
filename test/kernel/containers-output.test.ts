/** What containers write, and commands in them: `logs` and `exec -c`. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { start } from './fixtures/attack.ts';
import {
  containerPid,
  containersLeft,
  kubeletPid,
  labOf,
  type PodsText,
  processesOf,
  shell,
} from './fixtures/containers.ts';
import { ok } from './fixtures/ok.ts';
import { as, isSweep, leftovers, netlab, netlabArgv, readProc, run, sandboxPid, triesAll, WHO } from './harness.ts';
import { until } from './until.ts';

const SYSTEM_PATH = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A busy machine takes its time. */
const POLL = { timeout: 60_000, interval: 200 };

/** How much goes through a pipe. */
const PIPE_BYTES = (isSweep ? 1024 : 64) * 1024 * 1024;

describe.each(WHO)('what containers write, as %s', who => {
  const lab = `logs-${who}`;
  const up = async (pods: PodsText) => ok(await netlab(who, ['up', labOf(lab, pods)]));
  const logs = (...args: string[]) => netlab(who, ['logs', '--lab', lab, ...args]);
  const logOf = async (...args: string[]) => (await logs(...args)).stdout;
  const expectLog = (text: string, ...args: string[]) => expect.poll(() => logOf(...args), POLL).toBe(text);

  afterEach(async () => {
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
  });

  it('is kept in order, from both streams, by container', async () => {
    await up({
      web: {
        containers: {
          one: shell('echo out; echo err >&2; echo again; exec sleep 1d'),
          two: shell('printf "no end"; exec sleep 1d'),
        },
      },
    });
    await expectLog('out\nerr\nagain\n', 'web', 'one');
    await expectLog('one  out\none  err\none  again\ntwo  no end\n', 'web');
    expect(await logOf('web', 'one', '--tail', '1')).toBe('again\n');
    expect(await logOf('web', 'one', '--tail', '0')).toBe('');
    expect(await logOf('web', 'one', '--since', '1h')).toBe('out\nerr\nagain\n');
    expect(await logOf('web', 'one', '--timestamps')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z out\n/);
  });

  it('may stop: a container that closes its output goes on', async () => {
    await up({ web: { containers: { one: shell('echo last words; exec >&- 2>&-; exec sleep 1d') } } });
    const pid = containerPid(lab, 'web/one');
    await expectLog('last words\n', 'web', 'one');
    expect(containerPid(lab, 'web/one')).toBe(pid);
    expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
  });

  // What is kept of it, and for how long, is the same for everybody.
  if (!triesAll(who)) return;

  it('is told by time', async () => {
    await up({ web: { containers: { one: shell('echo early; sleep 4; echo late; exec sleep 1d') } } });
    await expectLog('early\nlate\n', 'web', 'one');
    const [early = ''] = (await logOf('web', 'one', '--timestamps')).split(' ');
    const sinceThen = () => `${Date.now() - Date.parse(early) - 500}ms`;
    // Until netlab looks at its clock, a busy machine may take longer than from one line to the other.
    await expect.poll(() => logOf('web', 'one', '--since', sinceThen()), POLL).toBe('late\n');
    expect(await logOf('web', 'one', '--since', '1h')).toBe('early\nlate\n');
  });

  it('is followed while it comes, over a restart, until Ctrl-C', async () => {
    // The second run stays, so that there is no third, however late somebody looks.
    const end = 'if [ -e /dev/shm/again ]; then exec sleep 1d; fi; touch /dev/shm/again; sleep 0.2';
    await up({
      web: { containers: { one: shell(`echo run; sleep 0.3; printf par; sleep 0.6; echo tial; ${end}`) } },
    });
    const follow = start(lab, netlabArgv(who, ['logs', '--lab', lab, 'web', 'one', '-f']));
    await follow.said('run\npartial\nrun\npartial\n');
    follow.child.kill('SIGINT');
    expect(await follow.ended).toMatchObject({ code: 130, stdout: 'run\npartial\nrun\npartial\n' });
  });

  it('is followed without a gap that is not told, however often the log is put aside', async () => {
    const wait = 'echo ready; until [ -e /dev/shm/go ]; do sleep 0.05; done';
    // In bursts, so that who stands still for a moment has not missed nearly all of it.
    const count = 'for i in $(seq 0 5000 95000); do seq $((i+1)) $((i+5000)); sleep 0.2; done';
    await up({ web: { containers: { one: shell(`${wait}; ${count}; echo over; exec sleep 1d`) } } });
    const follow = start(lab, netlabArgv(who, ['logs', '--lab', lab, 'web', 'one', '-f']));
    await follow.said('ready\n');
    ok(await netlab(who, ['exec', '--lab', lab, 'web', '-c', 'one', '--', 'touch', '/dev/shm/go']));
    await follow.said('over\n');
    follow.child.kill('SIGINT');
    const lines = (await follow.ended).stdout.trim().split('\n');
    expect(lines[0]).toBe('ready');
    const silent = lines.filter((line, index) => {
      const before = index === 1 ? '0' : lines[index - 1];
      return /^\d+$/.test(line) && /^\d+$/.test(before ?? '0') && Number(line) !== Number(before ?? 0) + 1;
    });
    expect(silent).toEqual([]);
    expect(lines.at(-1)).toBe('over');
    expect(lines.length).toBeGreaterThan(20_000);
  });

  it('is followed until the lab goes', async () => {
    await up({ web: { containers: { one: shell('echo run; exec sleep 1d') } } });
    const follow = start(lab, netlabArgv(who, ['logs', '--lab', lab, 'web', '-f']));
    await follow.said('run');
    ok(await netlab(who, ['down', lab]));
    expect(await Promise.race([follow.ended, sleep(60_000, 'still there')])).toMatchObject({ stdout: 'run\n' });
  });

  it('keeps long lines and bytes that are no text, as they are', async () => {
    // Lines are kept in parts, which end anywhere in a character of three bytes; and so may what is written at once.
    const script = `printf '\\377\\000\\001x\\n\\342\\230'; sleep 0.6; printf '\\203\\n'; yes ☃ | head -n 40000 | tr -d '\\n'; echo; echo end; exec sleep 1d`;
    await up({ web: { containers: { one: shell(script) } } });
    const written = Buffer.from(`\0\x01x\n☃\n${'☃'.repeat(40_000)}\nend\n`);
    const expected = createHash('sha256')
      .update(Buffer.from([0xff]))
      .update(written)
      .digest('hex');
    await expect.poll(() => logOf('web', 'one', '--tail', '1'), POLL).toBe('end\n');
    const argv = netlabArgv(who, ['logs', '--lab', lab, 'web', 'one']);
    expect(await run(['sh', '-c', '"$@" | sha256sum', 'sh', ...argv])).toMatchObject({ stdout: `${expected}  -\n` });
  });

  it('does not fill the memory, nor keep others from being served', async () => {
    await up({
      web: {
        containers: {
          flood: { command: ['yes', 'a line of a flood that does not end'] },
          binary: { command: ['cat', '/dev/zero'] },
          quiet: shell('i=0; while :; do echo $i; i=$((i+1)); sleep 0.2; done'),
        },
      },
      other: { containers: { mortal: { command: ['sleep', '1d'] } } },
    });
    const kubelet = kubeletPid(lab);
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readProc(kubelet, 'status'))?.[1]);
    await sleep(3000);
    const early = memory();
    await sleep(5000);
    expect(memory(), `${early} kB before`).toBeLessThan(Math.max(140_000, early * 1.2));
    expect(await usedOnRun()).toBeLessThan(8 * 1024);
    // Others are written down, and started again, within a moment.
    const quiet = async () => (await logOf('web', 'quiet')).trim().split('\n').map(Number);
    await expect.poll(async () => (await quiet()).length, POLL).toBeGreaterThan(15);
    const lines = await quiet();
    expect(lines).toEqual(lines.map((_, index) => index));
    const mortal = containerPid(lab, 'other/mortal');
    process.kill(mortal, 'SIGKILL');
    await until('it is started again', () => processesOf(lab, 'other/mortal').some(pid => pid !== mortal));
    expect(await logOf('web', 'flood', '--tail', '2')).toBe('a line of a flood that does not end\n'.repeat(2));
    const since = performance.now();
    ok(await netlab(who, ['down', lab]));
    expect(performance.now() - since).toBeLessThan(60_000);
  });

  /** In KiB, as the kernel counts the lab's tmpfs. */
  async function usedOnRun(): Promise<number> {
    const argv = [
      'nsenter',
      '-t',
      String(sandboxPid(lab)),
      ...(who === 'root' ? [] : ['-U', '--preserve-credentials']),
      '-m',
      'df',
      '-k',
      '--output=used',
      '/run',
    ];
    return Number((await run(as(who, argv))).stdout.split('\n')[1]);
  }
});

describe.each(WHO)('a command in a container, as %s', who => {
  const lab = `execs-${who}`;
  const exec = (...argv: string[]) => netlab(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', ...argv]);
  const line = (...argv: string[]) =>
    netlabArgv(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', ...argv])
      .map(word => `'${word.replaceAll("'", "'\\''")}'`)
      .join(' ');

  beforeAll(async () => {
    const app = shell('sleep 1d & wait', { env: { GREETING: 'hello' }, workingDir: '/usr' });
    const down = shell('exit 1', { restart: 'never' });
    ok(
      await netlab(who, ['up', '--timeout', '0', labOf(lab, { web: { hostname: 'www', containers: { app, down } } })]),
    );
    await until('it runs', () => processesOf(lab, 'web/app').length > 1);
  });

  afterAll(async () => {
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
  });

  it('is in its namespaces, folder and environment', async () => {
    expect(
      await exec('sh', '-c', 'echo $GREETING $HOSTNAME; pwd; hostname; tr "\\0" " " < /proc/1/cmdline'),
    ).toMatchObject({
      ...{ code: 0, stdout: 'hello www\n/usr\nwww\nsh -c sleep 1d & wait ' },
    });
    expect(await exec('env')).toMatchObject({ stdout: expect.not.stringContaining('CI=') });
  });

  it.each([
    ['exit 0', 0],
    ['exit 77', 77],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
  ])('"%s" ends with %i', async (script, code) => {
    expect(await exec('sh', '-c', script)).toMatchObject({ code });
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('is told of %s to netlab', async signal => {
    const name = signal.slice(3);
    const script = `trap "echo told; exit 5" ${name}; echo ready; while :; do sleep 0.05; done`;
    const running = start(lab, netlabArgv(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'sh', '-c', script]));
    await running.said('ready');
    running.child.kill(signal);
    expect(await Promise.race([running.ended, sleep(60_000, 'still there')])).toMatchObject({
      code: 5,
      stdout: 'ready\ntold\n',
    });
    await until('it is gone', () => processesOf(lab, 'web/app').length === 2);
  });

  const hasScript = statSync('/usr/bin/script', { throwIfNoEntry: false }) !== undefined;

  describe.runIf(hasScript)('on a terminal', () => {
    const onTerminal = (argv: readonly string[]) =>
      start(lab, ['script', '-qefc', `stty cols 91 rows 17; exec ${argv.join(' ')}`, '/dev/null'], {
        env: { TERM: 'xterm' },
      });

    it.each([
      ['a container', line, 9, 'echo stopped; exit 9'],
      ['a container', line, 1, 'echo stopped; exit 1'],
      ['a pod', (...argv: string[]) => line(...argv).replace("'-c' 'app' ", ''), 9, 'echo stopped; exit 9'],
    ])('has it for itself in %s, with its size and Ctrl-C', async (_, toLine, code, end) => {
      const script = `test -t 0 && echo real; stty size; trap "${end}" INT; echo ready; while :; do sleep 0.05; done`;
      const terminal = onTerminal([toLine('sh', '-c', script)]);
      await terminal.said('ready');
      terminal.child.stdin?.write('\x03');
      const ended = await terminal.ended;
      expect(ended.stdout).toMatch(/real\r\n17 91\r\nready\r\n(\^C)?stopped\r\n/);
      // nsenter does not tell 1 from a command that Ctrl-C has ended.
      expect(ended.code).toBe(code === 1 ? 130 : code);
    });

    it('stops at Ctrl-Z as a job of the shell, and goes on where it was', async () => {
      const terminal = start(lab, ['script', '-qefc', 'bash --norc --noprofile -i', '/dev/null'], {
        env: { TERM: 'xterm' },
      });
      const type = (text: string) => terminal.child.stdin?.write(text);
      // The quotes make a difference between what is typed, which a terminal shows as well, and what is said.
      type(`${line('sh', '-c', 'echo be""gun; exec sleep 1d')}\n`);
      await terminal.said('begun');
      const stopped = () =>
        processesOf(lab, 'web/app').filter(pid => /^State:\s+T/m.test(readProc(pid, 'status'))).length;
      type('\x1a');
      await terminal.said('Stopped');
      await until('it is stopped', () => stopped() > 0);
      type('fg\n');
      await until('it goes on', () => stopped() === 0);
      await sleep(300);
      type('\x03');
      await until('it is gone', () => processesOf(lab, 'web/app').length === 2);
      type('echo co""de=$?\n');
      await terminal.said('code=130');
      type('exit\n');
      await terminal.ended;
    });

    it('a command that Ctrl-C ends is gone, and netlab says 130', async () => {
      const terminal = onTerminal([line('sh', '-c', 'echo ready; exec sleep 1d')]);
      await terminal.said('ready');
      await sleep(100);
      terminal.child.stdin?.write('\x03');
      expect(await terminal.ended).toMatchObject({ code: 130 });
      await until('it is gone', () => processesOf(lab, 'web/app').length === 2);
    });
  });

  // A pipe is the same for everybody.
  if (!triesAll(who)) return;

  it('that does not exist is 127, a container that does not run is an error', async () => {
    expect(
      // A folder of PATH that may not be looked into makes it 126.
      await netlab(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'no-such-command'], {
        env: { PATH: SYSTEM_PATH },
      }),
    ).toMatchObject({ code: 127 });
    await expect
      .poll(() => netlab(who, ['exec', '--lab', lab, 'web', '-c', 'down', '--', 'true']), POLL)
      .toMatchObject({
        ...{ code: 1, stderr: expect.stringMatching(/container down of pod web does not run: .*exit code 1/) },
      });
  });

  it('goes with netlab where that is killed', async () => {
    const running = start(
      lab,
      netlabArgv(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'sh', '-c', 'echo ready; cat']),
    );
    await running.said('ready');
    running.child.kill('SIGKILL');
    // Its standard input ends with netlab, as that of any command at a pipe.
    await until('it is gone', () => processesOf(lab, 'web/app').length === 2);
  });

  it(`loses none of ${PIPE_BYTES} bytes`, async () => {
    const through = await run(
      ['bash', '-c', `set -o pipefail; head -c ${PIPE_BYTES} /dev/zero | ${line('cat')} | wc -c`],
      { timeout: 170_000 },
    );
    expect(through).toMatchObject({ code: 0, stdout: `${PIPE_BYTES}\n` });
    const data = `seq 2000000`;
    const sum = createHash('sha256')
      .update((await run(['sh', '-c', data])).stdout)
      .digest('hex');
    const got = await run(['bash', '-c', `${data} | ${line('cat')} | sha256sum`]);
    expect(got.stdout).toBe(`${sum}  -\n`);
  });

  it('closes its input, and ends where nobody reads its output', async () => {
    expect(
      await netlab(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'wc', '-c'], { input: 'abc' }),
    ).toMatchObject({ stdout: '3\n' });
    const cut = await run(['bash', '-c', `${line('yes')} | head -n 2`], { timeout: 60_000 });
    expect(cut).toMatchObject({ code: 0, stdout: 'y\ny\n' });
  });
});
