/** Hosts that lack something: netlab says what, with exit code 3, and leaves nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import { markOf, remains, sweep } from './fixtures/attack.ts';
import { as, isRoot, labFile, netlabArgv, type Ran, run, triesAll, WHO, type Who } from './harness.ts';

const labText = (name: string) => `name: ${name}
nodes:
  node1:
    iptables: ["-A FORWARD -p tcp --dport 23 -j DROP"]
pods: { web: { node: node1 } }
`;

/** Runs `up` where `script` has spoiled a mount namespace of the test's own; then it becomes `who`. */
async function upAfter(who: Who, lab: string, script: string, file = labFile(labText(lab), lab)): Promise<Ran> {
  const argv = ['unshare', '-m', 'bash', '-c', `${script}\nexec "$@"`, 'bash', ...netlabArgv(who, ['up', file])];
  const ran = await run(argv, { env: markOf(lab) });
  if (ran.code !== 0) expect(await remains(lab)).toEqual([]);
  return ran;
}

/** What the test runner has open may lie beyond the limit. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the shell's
const CLOSE_INHERITED = 'for f in /proc/$$/fd/*; do f=${f##*/}; if ((f > 2)); then eval "exec $f>&-"; fi; done';

const down = (who: Who, lab: string) => run(netlabArgv(who, ['down', lab]));
const hide = (...commands: string[]) =>
  commands
    .map(name => `for f in /usr/sbin/${name} /usr/bin/${name}; do [ -e $f ] && mount --bind /dev/null $f; done`)
    .join('\n');

/** Each with the package that it comes from. */
const TOOLS = [
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['ip', 'iproute2'],
  ['sysctl', 'procps'],
  ['iptables', 'iptables'],
  ['iptables-restore', 'iptables'],
  ['iptables-save', 'iptables'],
] as const;

describe.runIf(isRoot).each(WHO)('a host, for %s,', who => {
  afterEach(() => sweep(`spare-${who}`, `nofile-${who}`));

  // What is missing is missed by everybody.
  it.each(triesAll(who) ? TOOLS : TOOLS.slice(0, 1))('without %s', async (command, name) => {
    const lab = `lacks-${command}-${who}`;
    const { code, stderr } = await upAfter(
      who,
      lab,
      hide(`$(basename $(readlink -f $(command -v ${command})))`, command),
    );
    await sweep(lab);
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('netlab itself failed');
  });

  it.each([
    [
      'whose file systems are read-only',
      'for m in / /tmp /var /home /run; do mountpoint -q $m && mount -o remount,bind,ro $m; done; ! touch /etc/x',
    ],
    [
      'whose /tmp is full',
      'mount -t tmpfs -o size=4k,mode=1777 none /var/tmp; head -c 8192 /dev/zero > /var/tmp/x; export TMPDIR=/var/tmp; true',
    ],
    ['without a home', 'export HOME=/nonexistent; unset XDG_RUNTIME_DIR'],
    ['with few file descriptors', `${CLOSE_INHERITED}; ulimit -n 64`],
  ])('%s', async (_, script) => {
    const lab = `spare-${who}`;
    const { code, stderr } = await upAfter(who, lab, script);
    expect(code, stderr).toBe(0);
    expect(await down(who, lab)).toMatchObject({ code: 0 });
    expect(await remains(lab)).toEqual([]);
  });

  if (!triesAll(who)) return;

  it('with too few file descriptors says so', async () => {
    const lab = `nofile-${who}`;
    for (const limit of [12, 20, 24, 28, 32]) {
      const { code, stderr } = await upAfter(who, lab, `${CLOSE_INHERITED}; ulimit -n ${limit}`);
      if (code === 0) await down(who, lab);
      // Node itself aborts where it cannot even start.
      expect([0, 1, 3, 134], `${limit}: ${stderr}`).toContain(code);
      expect(await remains(lab)).toEqual([]);
    }
  });
});

describe('limits of an ordinary user', () => {
  const lab = 'limited';
  const file = labFile(labText(lab), lab);
  const up = netlabArgv('user', ['up', file]);

  afterEach(() => sweep(lab));

  const nested = (script: string, argv: readonly string[]) =>
    as('user', ['unshare', '-Ur', 'sh', '-c', `${script} && exec "$@"`, 'sh', ...argv]);

  it.each([
    ['user.max_user_namespaces', 'setpriv --bounding-set=-all --inh-caps=-all --no-new-privs'],
    ['user.max_net_namespaces', 'setpriv --bounding-set=-all --inh-caps=-all --no-new-privs'],
  ])('%s = 0 is named', async (setting, drop) => {
    // The limit counts in the user namespace that the test has made, and not on the host.
    const argv = nested(`echo 0 > /proc/sys/${setting.replaceAll('.', '/')}`, [
      ...drop.split(' '),
      ...['node', ...up.slice(up.indexOf(process.execPath) + 1)],
    ]);
    const { code, stderr } = await run(argv, { env: markOf(lab) });
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(`${setting} = 0`);
    expect(stderr).toContain(`sysctl -w ${setting}=`);
    expect(await remains(lab)).toEqual([]);
  });

  // Processes are counted by user, so this one has no others. Node may hang or abort where it gets no threads.
  it.runIf(isRoot).each([8, 11, 13, 16, 20])('a process table of %i leaves nothing', async processes => {
    const loner = ['setpriv', '--reuid=64999', '--regid=64999', '--clear-groups', '--inh-caps=-all', '--'];
    const limited = ['prlimit', `--nproc=${processes}`, ...loner, ...up.slice(up.indexOf(process.execPath))];
    const { code, stderr } = await run(limited, { env: markOf(lab), timeout: 3000 });
    expect(code, stderr).not.toBe(0);
    expect(await remains(lab)).toEqual([]);
  });
});
