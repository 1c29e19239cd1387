/** `up` is ended at every moment of its life: it leaves the whole lab or nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  markedProcesses,
  median,
  moments,
  netlabOf,
  POLL,
  picture,
  remains,
  type Started,
  type StartOptions,
  seeded,
  start,
  startLab,
  stays,
  sweep,
} from './fixtures/attack.ts';
import { standIn, untilReached } from './fixtures/stand-in.ts';
import {
  hostSnapshot,
  isRoot,
  labFile,
  makePrivateHost,
  netlabArgv,
  ORDINARY,
  type PrivateHost,
  rounds,
  triesAll,
  WHO,
} from './harness.ts';

const labText = (name: string, rule = '-A FORWARD -p tcp --dport 23 -j DROP') => `
name: ${name}
nodes:
  node1:
    sysctls: { net.ipv4.conf.all.rp_filter: 2 }
    iptables: ["${rule}"]
  node2: {}
  node3: {}
pods:
  web: { replicas: 20 }
`;

describe.each(WHO)('up is ended half-way, as %s', who => {
  const lab = `kill-${who}`;
  const file = labFile(labText(lab), lab);
  const random = seeded(`ending ${lab}`);
  // Whoever does it, the moments are the same: root needs fewer.
  const few = (ordinarily: number, asRoot: number) => rounds(who === ORDINARY ? ordinarily : asRoot);
  let whole: string;
  let duration: number;

  beforeAll(async () => {
    const took: number[] = [];
    for (let round = 0; round < 3; round++) {
      if (round > 0) await netlabOf(who, lab, ['down', file]);
      const { code, stderr, ...up } = await startLab(who, lab, ['up', file]).ended;
      expect(code, stderr).toBe(0);
      took.push(up.took);
    }
    whole = await picture(who, lab);
    await netlabOf(who, lab, ['down', file]);
    duration = median(took);
    expect(await remains(lab)).toEqual([]);
  });

  afterEach(() => sweep(lab));

  /** Either nothing at all, or the lab as an undisturbed `up` makes it. Says which. */
  async function nothingOrAll(): Promise<'nothing' | 'all'> {
    if (!(await stays(lab))) {
      expect(await remains(lab)).toEqual([]);
      return 'nothing';
    }
    expect(await netlabOf(who, lab, ['list'])).toMatchObject({ stdout: expect.stringContaining(lab) });
    expect(await picture(who, lab)).toBe(whole);
    await expectDown();
    return 'all';
  }

  async function expectUp(): Promise<void> {
    const { code, stderr } = await netlabOf(who, lab, ['up', file]);
    expect(code, stderr).toBe(0);
    expect(await picture(who, lab)).toBe(whole);
  }

  async function expectDown(): Promise<void> {
    const { code, stderr } = await netlabOf(who, lab, ['down', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `lab ${lab} is gone\n` });
    expect(await remains(lab)).toEqual([]);
  }

  /** Ends `up` at `count` moments. In every sixth round the next `up` is looked at as well. */
  async function endAtMoments(
    count: number,
    end: (up: Started) => void,
    options: StartOptions = {},
    host?: PrivateHost,
  ): Promise<Record<string, number>> {
    const seen: Record<string, number> = { nothing: 0, all: 0 };
    for (const [round, moment] of moments(count, duration * 1.1, random).entries()) {
      const env = host ? { ...options.env, HOME: host.home } : options.env;
      const up = start(lab, [...(host?.enter ?? []), ...netlabArgv(who, ['up', file])], {
        ...options,
        ...(env && { env }),
      });
      await sleep(moment);
      end(up);
      await up.ended;
      const outcome = await nothingOrAll();
      seen[outcome] = (seen[outcome] ?? 0) + 1;
      if (round % 6 !== 0) continue;
      await expectUp();
      await expectDown();
    }
    console.log(`${lab}: ${count} rounds over ${Math.round(duration * 1.1)} ms:`, JSON.stringify(seen));
    return seen;
  }

  const kills = few(10, 4);

  it(`leaves all or nothing when it is killed at ${kills} moments`, async () => {
    const host = isRoot ? await makePrivateHost() : undefined;
    const before = await hostSnapshot(host);
    await endAtMoments(kills, up => up.child.kill('SIGKILL'), {}, host);
    const after = await hostSnapshot(host);
    host?.end();
    expect({ ...after, sysctls: knownIn(before.sysctls, after.sysctls) }).toEqual(before);
  });

  describe.each(['SIGINT', 'SIGTERM'] as const)('by %s', signal => {
    it('says what it undid, exits 130 and leaves nothing', async () => {
      const count = signal === 'SIGINT' ? few(6, 2) : few(3, 1);
      let undone = 0;
      // Before Node has started, nothing can catch the signal, and nothing has been made.
      for (const moment of moments(count, duration * 0.95, random)) {
        const up = startLab(who, lab, ['up', file], { group: true });
        await sleep(moment);
        killGroup(up.child.pid, signal);
        const { code, stderr, stdout } = await up.ended;
        expect(stdout).toBe('');
        if (stderr.includes('interrupted: nothing is left')) undone++;
        await expectInterrupted(code, stderr, signal);
      }
      // Whatever those have met: one that is at work for certain.
      const tools = standIn('wait', 20);
      const up = startLab(who, lab, ['up', file], { group: true, env: tools.env });
      await untilReached(tools, up);
      killGroup(up.child.pid, signal);
      const { code, stderr } = await up.ended;
      tools.remove();
      expect(stderr).toContain('interrupted: nothing is left');
      await expectInterrupted(code, stderr, signal);
      console.log(`${lab}: ${undone} of ${count} were undone`);
    });
  });

  async function expectInterrupted(code: number, stderr: string, signal: NodeJS.Signals): Promise<void> {
    if (stderr.includes(`lab ${lab} is up`)) {
      // It came too late: the work was done, and the signal met a process that was about to end.
      expect([0, 130, 143]).toContain(code);
      expect(await nothingOrAll()).toBe('all');
      return;
    }
    expect(stderr === '' ? [130, 143] : [130], `${signal}: ${stderr}`).toContain(code);
    if (stderr !== '') expect(stderr).toMatch(/^(.* in .* s\n)*error: interrupted: nothing is left of the lab\n$/);
    expect(await remains(lab)).toEqual([]);
  }

  // A signal is the same for everybody.
  if (!triesAll(who)) return;

  it('leaves all or nothing when its whole process group is killed', async () => {
    await endAtMoments(rounds(3), ({ child }) => killGroup(child.pid, 'SIGKILL'), { group: true });
  });

  it('leaves all or nothing when the terminal closes', async () => {
    for (const moment of moments(rounds(3), duration, random)) {
      const terminal = start(lab, ['script', '-qefc', quote(netlabArgv(who, ['up', file])), '/dev/null'], {
        env: { CI: '' },
      });
      await sleep(moment + 30);
      terminal.child.kill('SIGKILL');
      await terminal.ended;
      // netlab hears of it when the kernel hangs up.
      await expect
        .poll(() => markedProcesses(lab).filter(({ argv }) => argv.includes('/bin/netlab up')), POLL)
        .toEqual([]);
      await nothingOrAll();
    }
    await expectUp();
    await expectDown();
  });

  it('is interrupted once by two quick Ctrl-C', async () => {
    for (const moment of moments(rounds(3), duration * 0.9, random)) {
      const up = startLab(who, lab, ['up', file], { group: true });
      await sleep(moment);
      killGroup(up.child.pid, 'SIGINT');
      await sleep(random() * 10);
      killGroup(up.child.pid, 'SIGINT');
      const { code, stderr } = await up.ended;
      await expectInterrupted(code, stderr, 'SIGINT');
    }
  });

  it('is interrupted by Ctrl-C on a real terminal', async () => {
    for (const moment of moments(rounds(3), duration * 0.5, random)) {
      const terminal = start(lab, ['script', '-qefc', quote(netlabArgv(who, ['up', file])), '/dev/null'], {
        env: { CI: '', TERM: 'xterm' },
      });
      await terminal.said('Check lab');
      await sleep(moment / 2);
      terminal.child.stdin?.write('\x03');
      const { code, stdout } = await terminal.ended;
      // It may have come too late.
      if (stdout.includes(`lab ${lab} is up`)) {
        expect([0, 130]).toContain(code);
        expect(await nothingOrAll()).toBe('all');
      } else {
        expect({ code, told: stdout.includes('interrupted: nothing is left of the lab') }).toEqual({
          code: 130,
          told: true,
        });
        expect(await remains(lab)).toEqual([]);
      }
    }
  });

  it('ends on Ctrl-C while it waits for its turn', async () => {
    const tools = standIn('wait', 20);
    const first = startLab(who, lab, ['up', file], { env: tools.env });
    await untilReached(tools, first);
    first.child.kill('SIGSTOP');
    const second = startLab(who, lab, ['up', file], { group: true });
    await second.said('waiting for another netlab');
    killGroup(second.child.pid, 'SIGINT');
    expect(await within(60_000, second.ended)).toMatchObject({ code: 130 });
    first.child.kill('SIGKILL');
    await first.ended;
    tools.remove();
    expect(await remains(lab)).toEqual([]);
  });

  it('ends on Ctrl-C while it reads standard input', async () => {
    const up = startLab(who, lab, ['up', '-'], { group: true });
    await sleep(duration);
    killGroup(up.child.pid, 'SIGINT');
    expect(await within(60_000, up.ended)).toMatchObject({ code: 130 });
  });

  it('comes up whole although nobody reads what it says', async () => {
    const up = startLab(who, lab, ['up', file]);
    up.child.stderr?.destroy();
    expect(await up.ended).toMatchObject({ code: 0 });
    expect(await picture(who, lab)).toBe(whole);
    await expectDown();
  });

  describe('a change to a running lab', () => {
    const changed = labFile(
      labText(lab, '-A FORWARD -p udp --dport 53 -j DROP').replace('replicas: 20', 'replicas: 12'),
      lab,
    );
    const changedTo = async () => {
      expect(await netlabOf(who, lab, ['up', changed])).toMatchObject({ code: 0 });
      return picture(who, lab);
    };

    it('is finished by the next up wherever it was killed', async () => {
      await expectUp();
      const after = await changedTo();
      for (const moment of moments(rounds(3), duration, random)) {
        expect(await netlabOf(who, lab, ['up', file])).toMatchObject({ code: 0 });
        const up = startLab(who, lab, ['up', changed]);
        await sleep(moment);
        up.child.kill('SIGKILL');
        await up.ended;
        expect(await netlabOf(who, lab, ['up', changed])).toMatchObject({ code: 0 });
        expect(await picture(who, lab)).toBe(after);
        expect(await netlabOf(who, lab, ['status', changed])).toMatchObject({ code: 0 });
      }
      await expectDown();
    });

    it('is taken back by Ctrl-C, or done', async () => {
      await expectUp();
      const before = await picture(who, lab);
      const after = await changedTo();
      for (const moment of moments(rounds(3), duration * 0.9, random)) {
        expect(await netlabOf(who, lab, ['up', file])).toMatchObject({ code: 0 });
        const up = startLab(who, lab, ['up', changed], { group: true });
        await sleep(moment);
        killGroup(up.child.pid, 'SIGINT');
        const { code, stderr } = await up.ended;
        // It may have come too late, and met a process that was about to end.
        const isDone = stderr.includes(`lab ${lab} is changed`);
        if (isDone) expect([0, 130]).toContain(code);
        else expect(code).toBe(130);
        if (!isDone && stderr !== '') expect(stderr).toContain('the lab is as it was before');
        expect(await picture(who, lab), stderr).toBe(isDone ? after : before);
        expect(await netlabOf(who, lab, ['status', lab]), stderr).toMatchObject({ code: 0 });
      }
      await expectDown();
    });
  });
});

/** Lines of sysctls there have been before: a test beside this one may load a module, which brings some of its own. */
function knownIn(before = '', after = ''): string {
  const nameOf = (line: string) => line.split(' ')[0];
  const known = new Set(before.split('\n').map(nameOf));
  return after
    .split('\n')
    .filter(line => known.has(nameOf(line)))
    .join('\n');
}

/** As one line for a shell. */
function quote(argv: readonly string[]): string {
  return `stty cols 100 rows 30 && exec ${argv.map(word => `'${word}'`).join(' ')}`;
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T | 'still running'> {
  return Promise.race([promise, sleep(ms, 'still running' as const)]);
}
