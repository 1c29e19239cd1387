/** `down` works on whatever a lab has become, and touches nothing else. */
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markedProcesses, netlabOf, POLL, remains, settled, start, startLab, sweep } from './fixtures/attack.ts';
import { standIn, untilReached } from './fixtures/stand-in.ts';
import { as, inside, isRoot, labFile, readProc, sandboxPid, sandboxPids, triesAll, WHO } from './harness.ts';

const labText = (name: string) =>
  `name: ${name}\nnodes: { node1: {} }\npods: { web: { node: node1 }, db: { node: node1 } }\n`;

describe.each(WHO)('down, as %s', who => {
  const lab = `down-${who}`;
  const file = labFile(labText(lab), lab);

  beforeEach(async () => {
    rmSync(file, { force: true });
    writeFileSync(file, labText(lab), { mode: 0o644 });
    const { code, stderr } = await netlabOf(who, lab, ['up', file]);
    expect(code, stderr).toBe(0);
  });

  afterEach(() => sweep(lab));

  const down = (argument = file) => netlabOf(who, lab, ['down', argument]);
  const inLab = (script: string) => inside(who, lab, null, ['sh', '-c', script]);

  async function expectGone(ran: { code: number; stderr: string }): Promise<void> {
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`lab ${lab} is gone`) });
    expect(await remains(lab)).toEqual([]);
  }

  async function expectUpAgain(): Promise<void> {
    expect(await netlabOf(who, lab, ['up', file])).toMatchObject({ code: 0 });
    expect(sandboxPids(lab)).toHaveLength(1);
    expect((await inside(who, lab, 'web', ['ping', '-c1', '-W2', '10.244.0.1'])).code).toBe(0);
    await expectGone(await down());
  }

  it('does nothing the second time', async () => {
    await expectGone(await down());
    expect(await down()).toMatchObject({ code: 0, stderr: expect.stringContaining('not running') });
  });

  it('does nothing after the pause process was killed', async () => {
    process.kill(sandboxPid(lab), 'SIGKILL');
    expect(await remains(lab)).toEqual([]);
    expect(await down()).toMatchObject({ code: 0, stderr: expect.stringContaining('not running') });
    await expectUpAgain();
  });

  it('works twice at once', async () => {
    const both = await Promise.all([down(), down(), down(lab)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await remains(lab)).toEqual([]);
  });

  it('ends what has detached itself inside', async () => {
    const daemons = [
      'setsid sleep 7001 &',
      '(setsid sh -c "sleep 7002 &" &)',
      'nohup sleep 7003 >/dev/null 2>&1 &',
      "trap '' TERM HUP INT; sleep 7004 &",
    ];
    for (const script of daemons) {
      const { code } = await netlabOf(who, lab, [
        'exec',
        '--lab',
        lab,
        'web',
        '--',
        'sh',
        '-c',
        `exec >/dev/null 2>&1; ${script}`,
      ]);
      expect(code).toBe(0);
    }
    // Each is still the shell that becomes it for a moment.
    const sleepers = () => markedProcesses(lab).flatMap(({ argv }) => /^sleep 700[1-4]/.exec(argv) ?? []);
    await expect.poll(() => sleepers().sort(), POLL).toEqual(['sleep 7001', 'sleep 7002', 'sleep 7003', 'sleep 7004']);
    await expectGone(await down());
  });

  describe('leaves alone', () => {
    const impostorOf = (lead: readonly string[]) =>
      start(`other-${lab}`, as(who, [...lead, 'sh', '-c', 'sleep 7005; true', 'netlab-pause', lab]));

    it.each([
      ['an ordinary process', []],
      ['the first process of another PID namespace', ['unshare', '-Urpf', '--kill-child']],
      ['a process in namespaces of its own', ['unshare', '-Urmnpf', '--kill-child', '--mount-proc']],
    ])('%s with the same command line', async (_, lead) => {
      const impostor = impostorOf(lead);
      const sleeps = () => markedProcesses(`other-${lab}`).some(({ argv }) => argv.startsWith('sleep 7005'));
      await expect.poll(sleeps, POLL).toBe(true);
      const others = () => markedProcesses(`other-${lab}`).length;
      const before = others();
      expect(before).toBeGreaterThan(0);
      try {
        expect((await netlabOf(who, lab, ['list', '--json'])).stdout.match(new RegExp(`"${lab}"`, 'g'))).toHaveLength(
          1,
        );
        expect(await down()).toMatchObject({ code: 0 });
        await down();
        expect(others()).toBe(before);
        expect((await netlabOf(who, lab, ['list'])).stdout).not.toContain(lab);
      } finally {
        await sweep(`other-${lab}`);
        await impostor.ended;
      }
    });

    it('a lab whose name begins or ends like it', async () => {
      const longer = `${lab}-2`;
      expect(await netlabOf(who, lab, ['up', labFile(labText(longer), longer)])).toMatchObject({ code: 0 });
      await down();
      expect(sandboxPids(longer)).toHaveLength(1);
      await netlabOf(who, lab, ['down', longer]);
      expect(await remains(lab)).toEqual([]);
    });
  });

  // What a lab has lost is the same for everybody.
  if (!triesAll(who)) return;

  it.each([
    ['garbage', () => '\\0{"format":1,'],
    ['nothing', () => ''],
    ['another version', (text: string) => text.replace(/"format":\d+/, '"format":1')],
    ['wrong objects', (text: string) => text.replace('"wanted":[', '"wanted":[{"object":{"kind":"cat"}},null,')],
    ['pods that are none', (text: string) => text.replace('"pods":[', '"pods":[7,{"containers":{}},')],
  ])('works with a record of %s', async (_, change) => {
    const record = `/proc/${sandboxPid(lab)}/root/run/netlab/lab.json`;
    const text = readFileSync(record, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(record, change(text));
    expect((await netlabOf(who, lab, ['list'])).stdout).toContain(lab);
    const exec = await netlabOf(who, lab, ['exec', '--lab', lab, 'web', '--', 'true']);
    expect([0, 1, 2]).toContain(exec.code);
    const status = await netlabOf(who, lab, ['status', lab]);
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('its record is damaged') });
    for (const { stderr } of [exec, status]) expect(stderr).not.toContain('netlab itself failed');
    const up = await netlabOf(who, lab, ['up', file]);
    expect(up.code, up.stderr).toBe(0);
    await expectGone(await down());
  });

  it.each([
    ['its record', 'rm /run/netlab/lab.json'],
    ['everything in its /run', 'rm -rf /run/netlab'],
    ['a writable /run', 'mount -o remount,bind,ro /run'],
    [
      'room in its /run',
      'mount -t tmpfs -o remount,size=1m,nosuid,nodev netlab /run && ! dd if=/dev/zero of=/run/big bs=4k',
    ],
  ])('works on a lab that has lost %s', async (_, script) => {
    expect(await inLab(script)).toMatchObject({ code: 0 });
    expect((await netlabOf(who, lab, ['list'])).stdout).toContain(lab);
    await expectGone(await down(lab));
    await expectUpAgain();
  });

  it.each([
    ['gone', () => rmSync(file)],
    ['broken', () => writeFileSync(file, `name: ${lab}\nnodes: [{`)],
    ['no YAML', () => writeFileSync(file, '\x00\x01')],
    ['empty', () => writeFileSync(file, '')],
  ])('works when the lab file is %s', async (_, spoil) => {
    spoil();
    await expectGone(await down());
  });

  it('works for a lab from standard input, by name', async () => {
    await down();
    expect(await netlabOf(who, lab, ['up', '-'], { input: labText(lab) })).toMatchObject({ code: 0 });
    await expectGone(await netlabOf(who, lab, ['down', '-'], { input: labText(lab) }));
  });

  it('finds no zombies, as the pause process reaps them', async () => {
    await netlabOf(who, lab, [
      'exec',
      '--lab',
      lab,
      'web',
      '--',
      'sh',
      '-c',
      'for i in 1 2 3 4 5; do (setsid sh -c "sleep 0.05; exit 3" &) ; done',
    ]);
    const orphans = () => {
      const pause = sandboxPid(lab);
      return readProc(pause, `task/${pause}/children`)
        .trim()
        .split(' ')
        .filter(pid => /^State:\s+Z/m.test(readProc(Number(pid), 'status')));
    };
    const sleepers = () => markedProcesses(lab).filter(({ argv }) => argv.includes('sleep 0.05'));
    await expect.poll(sleepers, POLL).toEqual([]);
    await expect.poll(orphans, POLL).toEqual([]);
  });

  describe('while up is at work', () => {
    beforeEach(async () => {
      await expectGone(await down());
    });

    it.each([5, 25])('waits for one that goes on (at command %i)', async turn => {
      const tools = standIn('wait', turn);
      const up = startLab(who, lab, ['up', file], { env: tools.env });
      await untilReached(tools, up);
      const down = startLab(who, lab, ['down', file]);
      await down.said('waiting for another up');
      tools.go();
      expect(await up.ended).toMatchObject({ code: 0 });
      await expectGone(await down.ended);
      tools.remove();
    });

    it.each([10, 30])('ends one that was stopped (at command %i)', async turn => {
      const tools = standIn('wait', turn);
      const up = startLab(who, lab, ['up', file], { env: tools.env });
      await untilReached(tools, up);
      up.child.kill('SIGSTOP');
      const ran = await down();
      expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`lab ${lab} is gone`) });
      expect(sandboxPids(lab)).toEqual([]);
      up.child.kill('SIGCONT');
      const { code, stderr } = await up.ended;
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`lab ${lab} is not running any more`),
      });
      expect(stderr).not.toContain('netlab itself failed');
      expect(await remains(lab)).toEqual([]);
      tools.remove();
    });
  });

  it('needs no lab file beside a link to nowhere', async () => {
    rmSync(file);
    symlinkSync('/nonexistent', file);
    await expectGone(await down());
  });
});

describe.runIf(isRoot)('two users with a lab of the same name', () => {
  const lab = 'same-name';
  const file = labFile(labText(lab), lab);
  const mark = { root: `${lab}-root`, user: `${lab}-user` } as const;

  afterEach(() => sweep(...Object.values(mark)));

  it.each(['root', 'user'] as const)('keep theirs when the other, not %s, takes it down', async keeper => {
    const other = keeper === 'root' ? 'user' : 'root';
    for (const who of WHO) expect(await netlabOf(who, mark[who], ['up', file])).toMatchObject({ code: 0 });
    await untilIdle(mark[keeper]);
    const kept = markedProcesses(mark[keeper]);
    expect(await netlabOf(other, mark[other], ['down', lab])).toMatchObject({
      code: 0,
      stderr: `lab ${lab} is gone\n`,
    });
    expect(await netlabOf(other, mark[other], ['down', lab])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('not running'),
    });
    await expect.poll(() => markedProcesses(mark[other]), POLL).toEqual([]);
    expect(markedProcesses(mark[keeper])).toEqual(kept);
    expect(await netlabOf(keeper, mark[keeper], ['exec', '--lab', lab, 'web', '--', 'true'])).toMatchObject({
      code: 0,
    });
    await netlabOf(keeper, mark[keeper], ['down', lab]);
    await expect.poll(() => markedProcesses(mark[keeper]), POLL).toEqual([]);
  });

  /** Its `up` has ended, and its first process has started what it waits for. */
  async function untilIdle(marked: string): Promise<void> {
    await settled(marked);
    await expect
      .poll(() => markedProcesses(marked).filter(({ argv }) => argv.startsWith('sleep ')), POLL)
      .toHaveLength(1);
  }
});
