/** Outputs that nobody takes, inputs that are none, processes that stand still, limits that are reached: netlab ends, and says why. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { markedProcesses, markOf, remains, start, startLab, sweep } from './fixtures/attack.ts';
import { canFreeze, freeze } from './fixtures/freezer.ts';
import {
  as,
  inside,
  isRoot,
  labFile,
  netlabArgv,
  ORDINARY,
  PROGRAM,
  type Ran,
  readProc,
  run,
  triesAll,
  WHO,
} from './harness.ts';
import { until } from './until.ts';

const labText = (name: string) => `name: ${name}
nodes: { n1: {} }
pods: { web: { containers: { s: { command: [sleep, "1000"] } } } }
checks:
  false one: { on: n1, command: ["false"] }
`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const RAW = /[\u001b\u0007\r\u202e]/;

const quote = (argv: readonly string[]) => argv.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

/** Its helpers may have been moved to another parent by then. */
const childrenOf = (pid: number) => readProc(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
const stateOf = (pid: number) => /^State:\s+(\S)/m.exec(readProc(pid, 'status'))?.[1];

describe.each(WHO)('as %s,', who => {
  const lab = `odd-${who}`;
  const file = labFile(labText(lab), lab);

  /** netlab as the shell starts it, with what stands behind its words. */
  const shell = (words: string[], rest = '', before = ''): Promise<Ran> =>
    run(['bash', '-c', `${before}\n${quote(netlabArgv(who, words))} ${rest}`], { env: markOf(lab), timeout: 60_000 });
  const up = () => shell(['up', file]);

  beforeAll(async () => {
    expect(await up()).toMatchObject({ code: 0 });
  });
  afterAll(() => sweep(lab));

  describe('down ends a lab', () => {
    it.each([
      ['a node', ['n1']],
      ['a container', ['-c', 's', 'web']],
    ])('where a command that was run in %s is stopped, and says what it did', async (_, target) => {
      expect(await up()).toMatchObject({ code: 0 });
      const exec = startLab(who, lab, ['exec', '--lab', lab, ...target, '--', 'sh', '-c', 'echo there; sleep 997']);
      await exec.said('there');
      const pids = [exec.child.pid ?? 0, ...childrenOf(exec.child.pid ?? 0)];
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      await until(
        'all are stopped',
        () => pids.map(stateOf),
        states => states.every(state => state === 'T'),
      );
      const down = await shell(['down', lab]);
      expect(down).toMatchObject({ code: 0, stderr: expect.stringContaining(`lab ${lab} is gone`) });
      expect(down.stderr).toMatch(new RegExp(`process ${pids[1]} \\(nsenter -t .* was stopped; it goes on`));
      process.kill(pids[0] ?? 0, 'SIGCONT');
      expect((await exec.ended).code).toBe(137);
      expect(await remains(lab)).toEqual([]);
    });

    it('whose up was killed while what is in it was stopped', async () => {
      const first = startLab(who, lab, ['up', file]);
      const entrance = await until('the agent is entered', () =>
        childrenOf(first.child.pid ?? 0).find(pid => readProc(pid, 'cmdline').startsWith('nsenter\0')),
      );
      process.kill(entrance, 'SIGSTOP');
      await until('it is stopped', () => stateOf(entrance) === 'T');
      first.child.kill('SIGKILL');
      await first.ended;
      await shell(['down', lab]);
      expect(await remains(lab)).toEqual([]);
      expect(await up()).toMatchObject({ code: 0 });
    });
  });

  if (!triesAll(who)) return;

  describe('what a command found is its exit code', () => {
    it.each([
      [['check', lab], 1],
      [['check', lab, '--json'], 1],
      [['status', lab], 0],
      [['expand', file], 0],
      [['graph', file], 0],
      [['exec', '--lab', lab, 'n1', '--', 'sh', '-c', 'exit 7'], 7],
    ] as const)('%j', async (words, code) => {
      const [closed, gone, full] = await Promise.all([
        shell([...words], '>&- 2>&-'),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's
        shell([...words], '| true; exit ${PIPESTATUS[0]}'),
        shell([...words], '>/dev/full'),
      ]);
      expect([closed.code, gone.code]).toEqual([code, code]);
      expect(full.code).toBe(code === 0 ? 1 : code);
      if (code !== 7) expect(full.stderr).toContain('error: standard output could not be written: ENOSPC');
    });

    it('where only a part could be written, and where a file that was named cannot be', async () => {
      const part = await shell(
        ['plan', '--json', labFile(labText('odd-other'), 'odd-other')],
        '>part',
        'cd $(mktemp -d); ulimit -f 2',
      );
      expect(part).toMatchObject({ code: 1, stderr: expect.stringContaining('EFBIG') });
      for (const place of ['/dev/full', '/', '/nowhere/report.xml'])
        expect(await shell(['check', lab, '--junit', place])).toMatchObject({
          code: 1,
          stdout: expect.stringContaining('1 failed'),
          stderr: expect.stringContaining(`${place} cannot be written`),
        });
    });
  });

  it.skipIf(!canFreeze)('waits for nothing that is frozen with its control group, and says so', async () => {
    const other = `${lab}-frozen`;
    const worker = startLab(who, other, ['up', labFile(labText(other), other)]);
    const entrance = await until('the agent is entered', () =>
      childrenOf(worker.child.pid ?? 0).find(pid => readProc(pid, 'cmdline').startsWith('nsenter\0')),
    );
    const atWork = freeze(`${other}.work`, [entrance, ...childrenOf(entrance)]);
    onTestFinished(atWork.end);
    expect(await up()).toMatchObject({ code: 0 });
    const inLab = freeze(
      `${other}.lab`,
      markedProcesses(lab).map(({ pid }) => pid),
    );
    onTestFinished(inLab.end);
    const frozen = `is frozen with the control group ${inLab.group}`;
    expect(await shell(['status', lab])).toMatchObject({ code: 0, stdout: expect.stringContaining(frozen) });
    const changed = labFile(labText(lab).replace('"1000"', '"1001"'), lab);
    expect(await shell(['up', changed])).toMatchObject({ code: 1, stderr: expect.stringContaining(frozen) });
    const down = await shell(['down', lab]);
    // Only root may take processes out of a group.
    if (inLab.isMortal || who === 'root') expect(down.code).toBe(0);
    else expect(down).toMatchObject({ code: 1, stderr: expect.stringContaining(`which ${frozen}: thaw it`) });
    inLab.end();
    const { code, stderr } = await worker.ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`waiting for the worker inside lab ${other}: process ${entrance} (nsenter`);
    const [error] = stderr.split('\n').filter(line => line.startsWith('error: '));
    expect(error).toContain(`is frozen with the control group ${atWork.group}: thaw it`);
    atWork.end();
    expect([...(await remains(lab)), ...(await remains(other))]).toEqual([]);
    expect(await up()).toMatchObject({ code: 0 });
  });

  it('does not take a closed standard output for one that is written', async () => {
    const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
    const closed = (words: string[]) =>
      run(as(who, ['bash', '-c', `${quote([`${PROGRAM}/bin/netlab`, ...words])} >&-`]), { env });
    const [list, check, help, silent] = await Promise.all([
      closed(['list']),
      closed(['check', lab]),
      closed(['--help']),
      closed(['down', 'odd-nothing']),
    ]);
    expect([list, check, help, silent].map(({ code }) => code)).toEqual([1, 1, 1, 0]);
    expect(list.stderr).toContain('error: standard output could not be written: EBADF');
  });

  it('can be ended where nobody reads what it has printed', async () => {
    const unread = `${lab}-unread`;
    const pipe = join(mkdtempSync(join(tmpdir(), 'odd-unread-')), 'pipe');
    const full = `mkfifo ${pipe}; exec 3<>${pipe}; dd if=/dev/zero of=/dev/fd/3 bs=4k oflag=nonblock 2>/dev/null`;
    const words = quote(netlabArgv(who, ['up', '--json', labFile(labText(unread), unread)]));
    const started = start(unread, ['bash', '-c', `${full}; exec ${words} >&3 3<&-`]);
    await until('it is up', async () => (await shell(['list'])).stdout.includes(unread));
    await until('it has ended', () => {
      started.child.kill('SIGINT');
      return stateOf(started.child.pid ?? 0) === undefined;
    });
    expect((await started.ended).code).toBe(130);
    expect(await shell(['down', unread])).toMatchObject({ code: 0 });
  });

  it('prints nothing raw that the kernel, a command or a file says', async () => {
    const hostile = '\u001b]0;x';
    await inside(who, lab, 'n1', ['ip', 'link', 'add', 'name', hostile, 'type', 'bridge']);
    const status = await shell(['status', lab]);
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('\\u001b]0;x') });
    const printing = labFile(
      labText(lab).replace('["false"]', `[printf, 'a\\033]0;x\\007\\r\\342\\200\\256b'], exitCode: 1`),
      lab,
    );
    const check = await shell(['check', printing]);
    const missing = await shell(['validate', `no\u001b[2J\nlab x is up\u202e.yaml`]);
    expect(missing.stderr.split('\n')).toHaveLength(3);
    for (const { stdout, stderr } of [status, check, missing]) expect(stdout + stderr).not.toMatch(RAW);
    await inside(who, lab, 'n1', ['ip', 'link', 'del', hostile]);
  });

  it('reads no more and no longer than a lab takes', async () => {
    const answers = await Promise.all([
      shell(['validate', '/dev/zero']),
      shell(['validate', '-'], '</dev/zero'),
      shell(['validate', '/tmp']),
      run(as(who, ['bash', '-c', `${quote([process.execPath, `${PROGRAM}/bin/netlab`, 'validate'])} <(cat ${file})`])),
      shell(['validate', 'X'], '', 'set -- '),
      run(['bash', '-c', `${quote(netlabArgv(who, ['validate']))} $'no\\xff.lab.yaml'`]),
      shell(['validate', 'here.lab.yaml'], '', 'd=$(mktemp -d); cd $d; rmdir $d'),
      shell(['list'], '', 'd=$(mktemp -d); cd $d; rmdir $d'),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([2, 2, 2, 0, 2, 2, 2, 0]);
    const said = answers.map(({ stderr }) => stderr.split('\n').slice(0, 2).join(' '));
    expect(said[0]).toContain('/dev/zero is larger than 8 MiB');
    expect(said[1]).toContain('standard input is larger than 8 MiB');
    expect(said[2]).toContain('/tmp is a folder, and no lab file');
    expect(said[5]).toContain('is no text in UTF-8');
    expect(said[6]).toContain('the working directory is not there any more');
  });

  it('takes nothing for a lab’s record that is no file', async () => {
    const folder = '/run/netlab';
    const record = `${folder}/lab.json`;
    const inLab = async (script: string) => expect((await inside(who, lab, null, ['sh', '-c', script])).code).toBe(0);
    for (const place of [
      `mkfifo ${record}`,
      `mkdir ${record}`,
      `ln -s lab.json ${record}`,
      `truncate -s 1T ${record}`,
    ]) {
      await inLab(`rm -rf ${record}; ${place}`);
      const [list, status, exec] = await Promise.all([
        shell(['list']),
        shell(['status', lab]),
        shell(['exec', '--lab', lab, 'n1', '--', 'true']),
      ]);
      expect([list.code, status.code, exec.code], place).toEqual([0, 1, 0]);
      expect(status.stdout).toContain('its record is damaged');
    }
    expect(await up()).toMatchObject({ code: 0 });
    await inLab(`test -f ${record} && rm ${folder}/kubelet.json && mkfifo ${folder}/kubelet.json ${folder}/changing`);
    expect((await shell(['status', lab])).stdout).toContain('no drift');
  });

  it.skipIf(!isRoot)('names what this host lacks, whatever else is odd here', async () => {
    const other = labFile(labText('odd-lacking'), 'odd-lacking');
    const on = (prepare: string, words: string[]) =>
      run(['unshare', '-m', 'bash', '-c', `${prepare}\n${quote(netlabArgv(who, words))}`], { env: markOf(lab) });
    const emptyDev = 'mount -t tmpfs none /mnt && mknod -m 666 /mnt/urandom c 1 9 && mount --move /mnt /dev';
    const [noProc, foreignProc, fewProc, noNull, strictProc] = await Promise.all([
      on('mount -t tmpfs none /proc', ['list']),
      run(as(who, ['unshare', '-Urpf', process.execPath, `${PROGRAM}/bin/netlab`, 'down', lab])),
      on('mount -t proc -o subset=pid proc /proc', ['up', other]),
      on(emptyDev, ['up', other]),
      on('mount -t proc -o hidepid=2 proc /proc', ['status', lab]),
    ]);
    expect([noProc, foreignProc, fewProc, noNull, strictProc].map(({ code }) => code)).toEqual([3, 3, 3, 3, 0]);
    expect(noProc.stderr).toContain('error: netlab finds labs in /proc, which is not there');
    expect(foreignProc.stderr).toContain('/proc, which shows another PID namespace');
    expect(fewProc.stderr).toContain('/proc/sys, which is not there');
    expect(noNull.stderr).toContain('error: /dev/null is not there');
  });

  it('is no worse where files may be read by nobody, and where it is not let go on', async () => {
    expect(await shell(['down', lab])).toMatchObject({ code: 0 });
    expect(await shell(['up', file], '', 'umask 777')).toMatchObject({ code: 0 });
    expect(await shell(['status', lab])).toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
    const folder = mkdtempSync(join(tmpdir(), 'odd-hanging-'));
    writeFileSync(join(folder, 'unshare'), '#!/bin/sh\nexec sleep 1000\n');
    execFileSync('chmod', ['-R', 'a+rx', folder]);
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const hanging = startLab(who, lab, ['up', labFile(labText('odd-hanging'), 'odd-hanging')], { env });
    await until('it has started', () =>
      childrenOf(hanging.child.pid ?? 0).some(pid => readProc(pid, 'cmdline').startsWith('sleep')),
    );
    hanging.child.kill('SIGINT');
    expect(await hanging.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('nothing is left of the lab'),
    });
  });

  it('names the limit that is reached', async () => {
    const other = labFile(labText('odd-limited'), 'odd-limited');
    const limited = (limit: string) => shell(['up', other], '', limit);
    expect(await limited('ulimit -f 1')).toMatchObject({ code: 3, stderr: expect.stringContaining('ulimit -f') });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's
    const few = 'for f in /proc/$$/fd/*; do f=${f##*/}; ((f > 2)) && eval "exec $f>&-"; done; ulimit -n 24';
    expect(await limited(few)).toMatchObject({ code: 3, stderr: expect.stringContaining('ulimit -n') });
    if (who === ORDINARY && WHO.length > 1) {
      // Processes are counted by user, and other tests run as this one.
      const alone = ['setpriv', '--reuid=61999', '--regid=61999', '--clear-groups', '--inh-caps=-all', '--'];
      const script = `ulimit -u 20\n${quote([...alone, ...netlabArgv('root', ['up', other])])}`;
      expect(await run(['bash', '-c', script], { env: markOf(lab), timeout: 60_000 })).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('ulimit -u'),
      });
    }
  });

  it('names the limit that is reached in a lab', async () => {
    const small = 'mount -t tmpfs -o remount,size=1m,nosuid,nodev netlab /run && ! dd if=/dev/zero of=/run/big bs=4k';
    expect(await inside(who, lab, null, ['sh', '-c', small])).toMatchObject({ code: 0 });
    const wider = labFile(labText(lab).replace('n1: {}', 'n1: {}, n2: {}, n3: {}'), lab);
    expect(await shell(['up', wider])).toMatchObject({ code: 3, stderr: expect.stringContaining('ENOSPC') });
    expect((await inside(who, lab, null, ['rm', '/run/big'])).code).toBe(0);
    expect(await shell(['status', lab])).toMatchObject({ code: 0 });
  });

  it('ends a check whose expression has no end', async () => {
    const endless = labFile(
      labText(lab).replace('["false"]', `[printf, "${'a'.repeat(47)}b"], matches: "^(a+)+$"`),
      lab,
    );
    expect(await shell(['check', endless])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('takes too long'),
    });
  });

  it('is as good where there is no home, no terminal type and no locale', async () => {
    const bare = ['env', '-i', process.execPath, `${PROGRAM}/bin/netlab`, 'list'];
    const started = start(lab, bare);
    expect((await started.ended).code).toBe(0);
  });
});
