/** Every command that netlab runs is made to fail, or netlab is killed at it: nothing is left, or all is as it was. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { netlabOf, picture, remains, seeded, settled, startLab, sweep } from './fixtures/attack.ts';
import { type StandIn, standIn, untilReached } from './fixtures/stand-in.ts';
import { isSweep, labFile, ORDINARY, type Ran, triesAll, WHO } from './harness.ts';

const labText = (name: string) => `name: ${name}
nodes:
  node1:
    sysctls: { net.ipv4.conf.all.rp_filter: 2 }
    iptables: ["-A FORWARD -p tcp --dport 23 -j DROP"]
pods:
  web: { node: node1 }
  db: { node: node1 }
`;

/** One pod less and one more; another rule; another setting. */
const changedText = (name: string) =>
  labText(name).replace('rp_filter: 2', 'rp_filter: 1').replace('dport 23', 'dport 25').replace('  db:', '  cache:');

/** It is made to fail where netlab can do without. */
const DISPENSABLE = /^(mount -t sysfs|ip netns del \.|ip neigh flush )/;

describe.each(WHO)('a command fails, as %s', who => {
  const lab = `fails-${who}`;
  const file = labFile(labText(lab), lab);
  const changed = labFile(changedText(lab), lab);
  const random = seeded(`making ${lab}`);
  let before: string;
  let after: string;

  beforeAll(async () => {
    expect(await up(file)).toMatchObject({ code: 0 });
    before = await picture(who, lab);
    expect(await up(changed)).toMatchObject({ code: 0 });
    after = await picture(who, lab);
    expect(after).not.toBe(before);
    await down();
  });

  afterAll(() => sweep(lab));

  const up = (path: string, tools?: StandIn) => netlabOf(who, lab, ['up', path], tools && { env: tools.env });

  async function down(): Promise<void> {
    expect(await netlabOf(who, lab, ['down', lab])).toMatchObject({ code: 0 });
    expect(await remains(lab)).toEqual([]);
  }

  /**
   * Runs `attack` with commands' numbers in turn, until no command has that number: all of them in a sweep, else one in so
   * many, from another one on each time. As root the commands are the same but for their namespaces, and
   * `faults-kill.test.ts` kills netlab at any moment.
   */
  async function eachCommand(mode: 'fail' | 'wait', attack: (tools: StandIn) => Promise<void>): Promise<void> {
    const failures: string[] = [];
    const stride = isSweep ? 1 : (mode === 'fail' ? 8 : 20) * (who === ORDINARY ? 1 : 2);
    let turn = 1 + Math.floor(random() * stride);
    for (let more = true; more; turn += stride) {
      const tools = standIn(mode, turn);
      await attack(tools).catch(error => failures.push(`at command ${turn}, "${tools.reached()}": ${error}`));
      more = tools.reached() !== undefined;
      tools.remove();
    }
    console.log(`${lab}, ${mode}: up to number ${turn - stride}, one in ${stride}`);
    expect(failures.join('\n')).toBe('');
    expect(turn).toBeGreaterThan(20);
  }

  beforeEach(async () => {
    await sweep(lab);
    expect(await remains(lab)).toEqual([]);
  });

  it('up leaves nothing and says which command it was', async () => {
    await eachCommand('fail', async tools => {
      const ran = await up(file, tools);
      const reached = tools.reached();
      if (ran.code === 0) {
        if (reached !== undefined) expect(reached).toMatch(DISPENSABLE);
        expect(await picture(who, lab)).toBe(before);
        await down();
        return;
      }
      expect(await remains(lab)).toEqual([]);
      expectBlame(ran, reached ?? '', file);
    });
  });

  it('a change is taken back and says which command it was', async () => {
    await up(file);
    await eachCommand('fail', async tools => {
      const ran = await up(changed, tools);
      if (ran.code === 0) {
        const reached = tools.reached();
        if (reached !== undefined) expect(reached).toMatch(DISPENSABLE);
        expect(await picture(who, lab)).toBe(after);
        await up(file);
        return;
      }
      expect(await picture(who, lab), ran.stderr).toBe(before);
      expect(await netlabOf(who, lab, ['status', file])).toMatchObject({ code: 0 });
      expectBlame(ran, tools.reached() ?? '', changed);
    });
    await down();
  });

  // As root netlab is killed by faults-kill.test.ts.
  if (!triesAll(who)) return;

  it('up killed at a command leaves nothing', async () => {
    await eachCommand('wait', async tools => {
      if (await killAtTurn(file, tools)) expect(await remains(lab)).toEqual([]);
      else await down();
    });
  });

  it('a change killed at a command is taken back, and the next up works', async () => {
    await up(file);
    await eachCommand('wait', async tools => {
      await killAtTurn(changed, tools);
      // The status is asked for while the change is being taken back.
      const status = await netlabOf(who, lab, ['status', lab]);
      expect(status.code, status.stdout + status.stderr).toBe(0);
      await settled(lab);
      expect([before, after]).toContain(await picture(who, lab));
      const next = await up(file);
      expect(next.code, next.stderr).toBe(0);
      expect(await picture(who, lab)).toBe(before);
    });
    await down();
  });

  /** Whether the command's turn came, so that netlab was killed. */
  async function killAtTurn(path: string, tools: StandIn): Promise<boolean> {
    const started = startLab(who, lab, ['up', path], { env: tools.env });
    // Where its turn does not come, it ends by itself.
    await untilReached(tools, started).catch(() => undefined);
    started.child.kill('SIGKILL');
    await started.ended;
    tools.go();
    return tools.reached() !== undefined;
  }

  function expectBlame({ code, stdout, stderr }: Ran, reached: string, path: string): void {
    expect(stdout).toBe('');
    expect(stderr).not.toContain('netlab itself failed');
    // iptables that refuses a rule in the trial is taken at its word: the lab file is wrong.
    expect(/^ip6?tables-restore/.test(reached) ? [1, 2, 3] : [1, 3], stderr).toContain(code);
    if (!stderr.includes('this command failed')) return;
    const [, command = ''] = /this command failed: (.*)/.exec(stderr) ?? [];
    const words = reached
      .replace('-restore', '')
      .split(' ')
      .filter(word => !/=/.test(word));
    expect(command.split(/[ ']+/)).toEqual(expect.arrayContaining(words));
    // What is deleted is in the file no more.
    if (!/ del |^\S+ -D/.test(reached)) expect(stderr).toContain(`asked for by ${path}:`);
    expect(stderr).toContain('it is there because');
    expect(stderr).toMatch(/undone: |nothing is left/);
  }
});
