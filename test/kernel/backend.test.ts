import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LabRecord, RECORD_FORMAT, type RunningLab } from '../../src/sandbox/sandbox.ts';
import type { CommandJob } from '../../src/state/job.ts';
import { runAlone } from './alone.ts';
import { hostState, type Program, processesWith, startProgram, testUsers } from './backend-driver.ts';
import { until } from './until.ts';

runAlone();

/** Of what should come soon, and may take long on a busy machine. */
const PATIENCE = { timeout: 60_000 };
let labs = 0;

function record(name: string): LabRecord {
  return { format: RECORD_FORMAT, name, file: '/tmp/x.yaml', createdAt: 1, lab: { a: 1 }, wanted: [] };
}

const shell = (script: string, ns: string | null = null): CommandJob => ({ ns, argv: ['sh', '-c', script] });
const addNetns = (...names: string[]): CommandJob[] =>
  names.map(name => ({ ns: null, argv: ['ip', 'netns', 'add', name] }));

describe.each(testUsers())('the netns backend as $name', user => {
  let lab: string;
  let before: string;
  let program: Program;
  let programs: Program[];

  const another = (): Program => {
    const started = startProgram(user);
    programs.push(started);
    return started;
  };

  beforeEach(() => {
    lab = `test${process.pid}-${labs++}`;
    before = hostState();
    programs = [];
    program = another();
  });

  afterEach(async () => {
    const cleaner = startProgram(user);
    for (const left of await cleaner.call('list')) if (left.name.startsWith(lab)) await cleaner.call('destroy', left);
    await Promise.all([cleaner, ...programs].map(one => one.kill()));
    await until(
      'its processes are gone',
      () => processesWith(lab),
      left => left.length === 0,
    );
    expect(hostState()).toBe(before);
  });

  /** A committed lab, whose creator is gone. */
  async function committedLab(...jobs: CommandJob[]): Promise<RunningLab> {
    const creator = another();
    const running = await creator.call('create', lab);
    for (const job of jobs) expect(await creator.call('run', [job])).toEqual([ok()]);
    await creator.call('commit');
    await creator.kill();
    return running;
  }

  function ok(stdout = ''): { code: number; stdout: string; stderr: string } {
    return { code: 0, stdout, stderr: '' };
  }

  describe('the life of a sandbox', () => {
    it('is in no list before it is committed, and in it afterwards', async () => {
      const running = await program.call('create', lab);
      expect(running.name).toBe(lab);
      expect(await program.call('list')).not.toContainEqual(running);
      expect(await program.call('listUncommitted')).toContainEqual(running);
      await program.call('commit');
      expect(await program.call('list')).toContainEqual(running);
      expect(await program.call('listUncommitted')).not.toContainEqual(running);
    });

    it('leaves nothing when it is destroyed, twice and with processes in it', async () => {
      const running = await committedLab(shell(daemon()));
      // It is the shell that becomes it for a moment.
      await until(
        'it sleeps',
        () => processesWith(marker()).join(),
        argv => argv === `sleep ${marker()} `,
      );
      await program.call('destroy', running);
      expect(processesWith(lab)).toEqual([]);
      expect(processesWith(marker())).toEqual([]);
      await program.call('destroy', running);
      expect(await program.call('list')).not.toContainEqual(running);
    });

    it('goes when it is closed before it is committed', async () => {
      await program.call('create', lab);
      await program.call('close');
      expect(processesWith(lab)).toEqual([]);
    });

    it('can be destroyed by another before it is committed', async () => {
      const running = await program.call('create', lab);
      await another().call('destroy', running);
      expect(processesWith(lab)).toEqual([]);
      await expect(program.call('run', addNetns('a'))).rejects.toThrow('not running');
    });

    it('outlives its creator once it is committed', async () => {
      const running = await committedLab(...addNetns('a'));
      expect(await program.call('list')).toContainEqual(running);
      await program.call('open', running);
      expect(Object.keys((await program.call('observe', {}))?.namespaces ?? {})).toEqual(['a']);
    });

    it('holds nothing of its creator open once it is committed', async () => {
      const { pid } = await committedLab();
      // It says that it is committed before it closes what it has said that by.
      await vi.waitFor(() => {
        const files = readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`));
        expect(new Set(files)).toEqual(new Set(['/dev/null']));
      }, PATIENCE);
    });

    it('is not destroyed in the name of an earlier process with its number', async () => {
      const running = await committedLab();
      await program.call('destroy', { ...running, startTime: '1' });
      await program.call('destroy', { ...running, name: 'other' });
      expect(await program.call('list')).toContainEqual(running);
    });

    it('goes with its creator though that has made another lab since', async () => {
      const other = `${lab}-kept`;
      await program.call('create', lab);
      const kept = await program.call('create', other);
      await program.call('commit');
      await program.kill();
      await until(
        'its processes are gone',
        () => processesWith(`${lab} `),
        left => left.length === 0,
      );
      const cleaner = another();
      expect(await cleaner.call('list')).toContainEqual(kept);
      await cleaner.call('destroy', kept);
    });

    it('reaps what others leave behind', async () => {
      const running = await committedLab();
      await program.call('open', running);
      await program.call('run', [shell('for i in 1 2 3 4 5; do (sleep 0.01 &) ; done')]);
      // Only what it waits on is left.
      const children = (): string =>
        execFileSync('ps', ['-o', 'stat=,args=', '--ppid', String(running.pid)], { encoding: 'utf8' });
      await vi.waitFor(() => expect(children()).toMatch(/^S\S* +sleep 2147483647\n$/), PATIENCE);
    });

    it.each([0, 5, 10, 15, 20, 30, 50, 80, 120])('leaves nothing when its creator is killed %i ms on', async delay => {
      await program.call('list');
      program.send('create', lab);
      program.send('run', [shell(daemon()), ...addNetns(...Array.from({ length: 300 }, (_, i) => `ns${i}`))]);
      await new Promise(resolve => setTimeout(resolve, delay));
      await program.kill();
      await until(
        'all processes are gone',
        () => [lab, marker()].flatMap(processesWith),
        left => left.length === 0,
      );
    });
  });

  describe('the record', () => {
    it('is read back as it was written, and found by another process', async () => {
      const running = await program.call('create', lab);
      expect(await program.call('readRecord')).toBeUndefined();
      await program.call('writeRecord', record(lab));
      await program.call('commit');
      const reader = another();
      await reader.call('open', running);
      expect(await reader.call('readRecord')).toEqual(record(lab));
    });

    it.each(['', '{', '[]', 'null', '{"format":2}'])('is missing rather than wrong: %j', async text => {
      await program.call('create', lab);
      await program.call('run', [{ ns: null, argv: ['tee', '/run/netlab/lab.json'], input: text }]);
      expect(await program.call('readRecord')).toBeUndefined();
    });
  });

  describe('running jobs', () => {
    beforeEach(async () => {
      await program.call('create', lab);
    });

    it('gives output, errors and code of each, in order and in its namespace', async () => {
      await program.call('run', addNetns('a', 'b'));
      const links = ['a', 'b', null].map(ns => shell('ls /proc/self/net/dev_snmp6 | wc -l; echo $0 >&2', ns));
      await program.call('run', [{ ns: 'b', argv: ['ip', 'link', 'add', 'br0', 'type', 'bridge'] }]);
      expect(await program.call('run', links)).toEqual(
        ['1\n', '2\n', '1\n'].map(stdout => ({ code: 0, stdout, stderr: 'sh\n' })),
      );
    });

    it('starts none after a failure', async () => {
      // The second ends when the first has been looked at: until then its number is taken.
      const untilSeen =
        'until [ -s /run/first ]; do sleep 0.01; done; while [ -e /proc/$(cat /run/first) ]; do sleep 0.01; done';
      const results = await program.call('run', [
        shell('echo $$ >/run/first; exit 3'),
        shell(`${untilSeen}; echo in flight`),
        shell('echo late'),
      ]);
      expect(results?.map(({ code }) => code)).toEqual([3, 0, null]);
      expect(results?.[1]?.stdout).toBe('in flight\n');
    });

    it('tells of what is done before all is', async () => {
      await program.call('create', lab);
      const heard = await program.call('runHearing', [
        shell('sleep 0.3'),
        shell('sleep 0.3'),
        shell('sleep 1; exit 3'),
      ]);
      expect(heard[0]).toBeOneOf([0, 1]);
      expect(heard).not.toContain(2);
    });

    it('says 127 for a command that is not there, and 128 + n for a signal', async () => {
      expect(await program.call('run', [{ ns: null, argv: ['no-such-command'] }])).toEqual([
        { code: 127, stdout: '', stderr: 'no-such-command: command not found\n' },
      ]);
      expect((await program.call('run', [{ ns: null, argv: ['/etc/passwd'] }]))?.[0]?.code).toBe(127);
      expect((await program.call('run', [shell('kill -9 $$')]))?.[0]?.code).toBe(137);
    });

    it('says which namespace is not there', async () => {
      const [result] = (await program.call('run', [{ ns: 'nowhere', argv: ['true'] }])) ?? [];
      expect(result?.code).toBe(1);
      expect(result?.stderr).toContain('nowhere');
    });

    it('feeds large input, and none where none is given', async () => {
      const input = 'x'.repeat(3_000_000);
      const jobs: CommandJob[] = [
        { ns: null, argv: ['cat'], input },
        { ns: null, argv: ['wc', '-c'], input: 'é' },
        { ns: null, argv: ['wc', '-c'] },
        { ns: null, argv: ['wc', '-c'], input: '' },
        { ns: null, argv: ['cat'], input: 'short' },
      ];
      expect(await program.call('run', jobs)).toEqual([ok(input), ok('2\n'), ok('0\n'), ok('0\n'), ok('short')]);
    });

    it('starts them with default signals, no pipe of ours and a sane umask', async () => {
      const results = await program.call('run', [
        // glibc keeps 32 and 33 for itself, and ignores them in what it spawns.
        shell(
          'grep -E "Sig(Blk|Ign)" /proc/self/status | while read -r _ mask; do echo $((0x$mask & 0x7fffffff)); done',
        ),
        shell('ls -l /proc/self/fd | grep -cE "pipe:|socket:"'),
        shell('umask'),
      ]);
      expect(results?.map(({ stdout }) => stdout)).toEqual(['0\n0\n', '1\n', '0022\n']);
    });

    it('takes 3,000 jobs at once', async () => {
      const jobs = Array.from({ length: 3000 }, (_, i) => ({ ns: null, argv: ['echo', String(i)] }));
      expect(await program.call('run', jobs)).toEqual(jobs.map((_, i) => ok(`${i}\n`)));
    });
  });

  describe('entering', () => {
    it('passes input, output, the code and every argument, in the working directory', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'netlab test-'));
      chmodSync(folder, 0o755);
      try {
        const running = await committedLab(...addNetns('a'), {
          ns: 'a',
          argv: ['ip', 'link', 'add', 'br0', 'type', 'bridge'],
        });
        const script = 'cat; pwd; ls -x /sys/class/net; printf "<%s>" "$@"; exit 7';
        const argv = ['sh', '-c', script, 'sh', 'a b', '$(id)', ''];
        const [command = '', ...args] = (await program.call('enter', running, 'a', argv, folder)).argv;
        const { uid, gid } = user;
        const done = spawnSync(command, args, { uid, gid, input: 'in\n', encoding: 'utf8' });
        expect(done.stdout).toBe(`in\n${folder}\nbr0  lo\n<a b><$(id)><>`);
        expect(done.status).toBe(7);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('starts in / where the working directory is not there', async () => {
      const running = await committedLab(...addNetns('a'));
      const [command = '', ...args] = (await program.call('enter', running, 'a', ['pwd'], '/run/nowhere')).argv;
      const { uid, gid } = user;
      expect(spawnSync(command, args, { uid, gid, encoding: 'utf8' }).stdout).toBe('/\n');
    });
  });

  describe('the lock', () => {
    it('is held by one, tells who, and goes on when it is released', async () => {
      expect(await program.call('lock', lab, 'up')).toEqual([]);
      const second = another();
      await second.call('list');
      const waiting = second.call('lock', lab, 'down');
      await second.waits();
      await program.call('release');
      await program.call('release');
      expect(await waiting).toEqual([{ pid: program.process.pid, what: 'up' }]);
    });

    it('goes on when its holder is killed', async () => {
      await program.call('lock', lab, 'up');
      const second = another();
      await second.call('list');
      const waiting = second.call('lock', lab, 'down');
      await second.waits();
      await program.kill();
      expect(await waiting).toHaveLength(1);
    });

    it('names the holder when the time is up', async () => {
      await program.call('lock', lab, 'up');
      const second = another();
      await expect(second.call('lock', lab, 'down', 5000)).rejects.toThrow(`process ${program.process.pid}`);
    });

    it('is one per lab', async () => {
      await program.call('lock', lab, 'up');
      expect(await another().call('lock', `${lab}-other`, 'up', 1000)).toEqual([]);
    });

    it('lets only one of many in at a time', async () => {
      await program.call('lock', lab, 'up');
      const crowd = [another(), another(), another()];
      const entered: number[] = [];
      const visits = crowd.map(async (one, i) => {
        await one.call('lock', lab, 'up');
        entered.push(i);
        await new Promise(resolve => setTimeout(resolve, 30));
        expect(entered.at(-1)).toBe(i);
        await one.call('release');
      });
      await program.call('release');
      await Promise.all(visits);
      expect(entered).toHaveLength(3);
    });
  });

  /** A word that only the daemon's command line holds. */
  function marker(): string {
    return `9${lab.replace(/\D/g, '')}`;
  }

  function daemon(): string {
    return `setsid sleep ${marker()} >/dev/null 2>&1 </dev/null & true`;
  }
});
