/** Labs side by side, several netlabs at one lab, and commands in a lab that is being worked on. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { markedProcesses, netlabOf, POLL, remains, start, startLab, sweep } from './fixtures/attack.ts';
import { standIn, untilReached } from './fixtures/stand-in.ts';
import { inside, insideArgv, labFile, netlabArgv, sandboxPid, sandboxPids, triesAll, WHO } from './harness.ts';

const labText = (name: string) => `name: ${name}
nodes: { node1: {}, node2: {} }
pods: { web: { node: node1 }, db: { node: node2 } }
`;

describe.each(WHO)('at once, as %s', who => {
  const labs = Array.from({ length: 8 }, (_, index) => `many-${who}-${index}`);
  const lab = `one-${who}`;
  const file = labFile(labText(lab), lab);
  const up = () => netlabOf(who, lab, ['up', file]);

  afterAll(() => sweep(lab, ...labs));

  describe('netlabs at one lab', () => {
    afterEach(() => sweep(lab));

    it('two ups both succeed, and one waits', async () => {
      const tools = standIn('wait', 10);
      const first = startLab(who, lab, ['up', file], { env: tools.env });
      await untilReached(tools, first);
      const second = startLab(who, lab, ['up', file]);
      await second.said('waiting for another up');
      expect(second.stderr()).toContain(`process ${first.child.pid}`);
      tools.go();
      const [one, two] = await Promise.all([first.ended, second.ended]);
      expect([one.code, two.code]).toEqual([0, 0]);
      expect(two.stderr).toContain('nothing to change');
      expect(sandboxPids(lab)).toHaveLength(1);
      tools.remove();
      await netlabOf(who, lab, ['down', lab]);
    });

    it('the second up works where the first is killed while it holds the lock', async () => {
      const tools = standIn('wait', 20);
      const first = startLab(who, lab, ['up', file], { env: tools.env });
      await untilReached(tools, first);
      const second = startLab(who, lab, ['up', file]);
      await second.said('waiting for');
      const [lost] = sandboxPids(lab);
      first.child.kill('SIGKILL');
      expect(await second.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('is up') });
      await expect.poll(() => sandboxPids(lab), POLL).not.toContain(lost);
      expect(sandboxPids(lab)).toHaveLength(1);
      tools.remove();
      await netlabOf(who, lab, ['down', lab]);
      expect(await remains(lab)).toEqual([]);
    });

    if (!triesAll(who)) return;

    it('status sees a lab as it was or as it is, also while an up changes it, and after one that was killed', async () => {
      const text = (replicas: number) => `name: ${lab}
cluster: { dns: false }
nodes: { node1: {}, node2: {} }
pods: { web: { replicas: ${replicas}, labels: { app: web }, containers: { app: { command: [sh, -c, "trap exit TERM; sleep 1d & wait"] } } } }
services: { web: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] } }
`;
      const agents = (mark: string) => markedProcesses(mark).filter(({ argv }) => argv.includes('/agent.cjs'));
      try {
        expect(await netlabOf(who, lab, ['up', labFile(text(2), lab)])).toMatchObject({ code: 0 });
        for (const [replicas, isKilled] of [
          [4, false],
          [6, true],
        ] as const) {
          const tools = standIn('wait', 10);
          const changing = startLab(who, lab, ['up', labFile(text(replicas), lab)], { env: tools.env });
          await untilReached(tools, changing);
          const looks = Array.from({ length: 2 }, () => startLab(who, lab, ['status', lab]));
          // One for the change, and one for each that looks.
          await expect.poll(() => agents(lab).length, POLL).toBeGreaterThanOrEqual(3);
          if (isKilled) changing.child.kill('SIGKILL');
          tools.go();
          for (const { ended } of looks)
            expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
          expect((await changing.ended).code).toBe(isKilled ? 137 : 0);
          tools.remove();
        }
      } finally {
        await sweep(lab);
      }
    });

    it('six ups and downs end with one lab or none', async () => {
      const words = ['up', 'down', 'up', 'up', 'down', 'up'];
      const ran = await Promise.all(words.map(word => netlabOf(who, lab, [word, file])));
      expect(ran.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(words.map(() => 0));
      expect(sandboxPids(lab).length).toBeLessThanOrEqual(1);
      await netlabOf(who, lab, ['down', file]);
      expect(await remains(lab)).toEqual([]);
    });
  });

  it('of several kubelets that start at once one stays', async () => {
    // Another run of these tests on this host must not end it.
    const supervised = `supervised-${who}-${process.pid}`;
    const text = `name: ${supervised}\nnodes: { node1: {} }\npods: { web: { containers: { app: { command: [sleep, 1d] } } } }\n`;
    const kubelets = (mark: string) => markedProcesses(mark).filter(({ argv }) => argv.includes('/kubelet.cjs'));
    try {
      expect(await netlabOf(who, supervised, ['up', labFile(text, supervised)])).toMatchObject({ code: 0 });
      for (const { pid } of kubelets(supervised)) process.kill(pid, 'SIGKILL');
      const script = 'for i in 1 2 3 4 5 6 7 8; do sh /run/netlab/start-kubelet >/dev/null 2>&1 & done';
      await start(`more-${supervised}`, insideArgv(who, supervised, null, ['sh', '-c', script])).ended;
      // From the fork on each has the mark.
      await expect.poll(() => markedProcesses(`more-${supervised}`).length, POLL).toBeLessThanOrEqual(1);
      const all = () => [supervised, `more-${supervised}`].flatMap(kubelets);
      await expect.poll(all, POLL).toHaveLength(1);
    } finally {
      await netlabOf(who, supervised, ['down', supervised]);
      await sweep(supervised, `more-${supervised}`);
    }
  });

  describe('exec', () => {
    const exec = (target: string, ...argv: string[]) =>
      netlabOf(who, lab, ['exec', '--lab', lab, target, '--', ...argv]);
    const execArgv = (...argv: string[]) => netlabArgv(who, ['exec', '--lab', lab, 'web', '--', ...argv]);

    beforeAll(async () => {
      expect(await up()).toMatchObject({ code: 0 });
    });

    it.each([
      [0, 'true'],
      [7, 'exit 7'],
      [137, 'kill -KILL $$'],
      [143, 'kill -TERM $$'],
    ])('ends with %i after `%s`', async (code, script) => {
      expect((await start(lab, execArgv('sh', '-c', script)).ended).code).toBe(code);
    });

    it.each(['SIGTERM', 'SIGHUP'] as const)('ends its command with it, on %s', async signal => {
      const running = start(lab, execArgv('sh', '-c', 'echo ready; exec sleep 7100'));
      await running.said('ready');
      running.child.kill(signal);
      await running.ended;
      await expect.poll(() => markedProcesses(lab).filter(({ argv }) => /sleep 7100/.test(argv)), POLL).toEqual([]);
    });

    it('goes on while up changes the lab', async () => {
      const running = start(lab, execArgv('sh', '-c', 'echo ready; sleep 1; echo done'));
      await running.said('ready');
      const changed = labFile(labText(lab).replace('db:', 'cache: { node: node1 }, db:'), lab);
      expect(await netlabOf(who, lab, ['up', changed])).toMatchObject({ code: 0 });
      expect(await running.ended).toMatchObject({ code: 0, stdout: 'ready\ndone\n' });
      expect((await exec('cache', 'true')).code).toBe(0);
    });

    it('has a terminal where there is one, and none elsewhere', async () => {
      const quoted = execArgv('sh', '-c', 'test -t 0; echo terminal $?')
        .map(word => `'${word}'`)
        .join(' ');
      expect((await start(lab, ['script', '-qec', quoted, '/dev/null']).ended).stdout).toContain('terminal 0');
      const { child, ended } = start(lab, execArgv('sh', '-c', 'test -t 0; echo terminal $?'));
      child.stdin?.end();
      expect((await ended).stdout).toBe('terminal 1\n');
    });

    if (triesAll(who)) {
      it('ends with 127 for a command that is not there', async () => {
        // A folder of PATH that may not be searched makes 126 of it, on every shell.
        const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
        const { code, stderr } = await netlabOf(who, lab, ['exec', '--lab', lab, 'web', '--', 'no-such-command'], {
          env,
        });
        expect(code).toBe(127);
        expect(stderr).toContain('no-such-command');
      });

      it('passes words on as they are', async () => {
        const words = ['007', '1e3', '--lab', '-', '', 'a b', '$HOME', '*', "it's", '--', 'ünï', '\n'];
        expect((await exec('web', 'printf', '<%s>', ...words)).stdout).toBe(words.map(word => `<${word}>`).join(''));
      });

      it.each([
        '../node1',
        '../../proc/self/ns/net',
        'web;id',
        '$(id)',
        '',
        ' ',
        '.',
        'node1/web',
        'default/',
        'WEB',
        'wëb',
      ])('refuses the target "%s"', async target => {
        const { code, stdout } = await exec(target, 'id');
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      });

      it('carries 100 MB through standard input and output', async () => {
        const size = 100 * 1024 * 1024;
        const command = `head -c ${size} /dev/zero | tr '\\0' n | "$@" | sha256sum`;
        const { stdout } = await start(lab, ['sh', '-c', command, 'sh', ...execArgv('cat')]).ended;
        expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(Buffer.alloc(size, 'n')).digest('hex'));
      });

      it('ends where nobody reads any more', async () => {
        const { stdout, code } = await start(lab, ['sh', '-c', '"$@" | head -1', 'sh', ...execArgv('yes')]).ended;
        expect({ stdout, code }).toEqual({ stdout: 'y\n', code: 0 });
        await expect.poll(() => markedProcesses(lab).filter(({ argv }) => /^yes/.test(argv)), POLL).toEqual([]);
      });

      it('keeps the working directory', async () => {
        const { stdout } = await netlabOf(who, lab, ['exec', '--lab', lab, 'web', '--', 'pwd'], { cwd: '/usr/share' });
        expect(stdout).toBe('/usr/share\n');
      });
    }

    it('says so in a lab whose pause process has just died', async () => {
      const running = start(lab, execArgv('sh', '-c', 'echo ready; exec sleep 7200'));
      await running.said('ready');
      process.kill(sandboxPid(lab), 'SIGKILL');
      expect((await running.ended).code).toBe(137);
      expect(await exec('web', 'true')).toMatchObject({ code: 2, stderr: expect.stringContaining('is not running') });
      expect(await remains(lab)).toEqual([]);
    });
  });

  // Nothing of it is allowed to one and not to the other.
  if (!triesAll(who)) return;

  it('eight labs with the same names and subnets come up and carry their own traffic', async () => {
    const ups = await Promise.all(labs.map(name => netlabOf(who, name, ['up', labFile(labText(name), name)])));
    expect(ups.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(labs.map(() => 0));
    const [first = '', second = ''] = labs;
    const target = '10.244.1.2';
    const flood = ['ping', '-q', '-i', '0.01', '-c', '50', '-W', '60', target];
    const pings = await Promise.all([first, second].map(name => inside(who, name, 'web', flood)));
    for (const { stdout } of pings) expect(stdout).toContain('50 received');
    // What is broken in one lab is broken in that one only.
    await inside(who, first, 'node2', ['ip', 'link', 'set', 'cbr0', 'down']);
    expect((await inside(who, first, 'web', ['ping', '-c1', '-W1', target])).code).toBe(1);
    expect((await inside(who, second, 'web', ['ping', '-c1', '-W60', target])).code).toBe(0);
    await Promise.all(labs.map(name => netlabOf(who, name, ['down', name])));
    for (const name of labs) expect(await remains(name)).toEqual([]);
  });
});
