import { describe, expect, test } from 'vitest';
import { tryRules } from '../../../src/apply/try-rules.ts';
import type { CommandJob } from '../../../src/state/job.ts';
import { labOf } from '../resolve/lab-of.ts';
import { fakeSandbox } from './fake-sandbox.ts';

const lab =
  labOf(`nodes: { a: { iptables: ["-A INPUT -s 10.0.0.1 -j DROP", "-A INPUT --dprt 1", "-I OUTPUT 1 -j ACCEPT"] }, b: {} }
pods: { p: { replicas: 3, ip6tables: ["-P INPUT DROP"] } }`);

/** An iptables that makes a rule of each line, but for those of which it says something else. */
function fakeIptables(refusal: (line: string) => string | undefined = () => undefined) {
  const loaded = new Map<string | null, string>();
  return ({ ns, argv: [tool = ''], input = '' }: CommandJob) => {
    if (tool.endsWith('-save')) return { stdout: loaded.get(ns) ?? '' };
    if (!tool.endsWith('-restore')) return undefined;
    const lines = input.split('\n');
    const at = lines.findIndex(line => refusal(line) !== undefined);
    const why = refusal(lines[at] ?? '');
    if (why === HELP) return {};
    if (why !== undefined) return { code: 2, stderr: `${why}\nError occurred at line: ${at + 1}\n` };
    const saved = lines.map(line => line.replace('10.0.0.1', '10.0.0.1/32').replace(/^-P (\S+) /, ':$1 '));
    loaded.set(ns, saved.filter(line => !line.includes('other')).join('\n'));
    return {};
  };
}

const HELP = 'help';
const UNKNOWN = 'iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"';

describe('trying rules', () => {
  test('makes one scratch namespace for machines with the same rules, and takes them away', async () => {
    const sandbox = fakeSandbox(fakeIptables());
    await tryRules(lab, sandbox);
    expect(sandbox.jobs[0]?.input).toBe('netns add .me-rules-0\nnetns add .me-rules-1\n');
    expect(sandbox.jobs.at(-1)?.input).toBe('netns del .me-rules-0\nnetns del .me-rules-1\n');
  });

  test('gives every user the rules as the kernel spells them', async () => {
    const sandbox = fakeSandbox(fakeIptables());
    const lab = labOf(`nodes: { a: { iptables: ["-A INPUT -s 10.0.0.1 -j DROP"] }, b: {} }
pods: { p: { replicas: 3, ip6tables: ["-P INPUT DROP"] } }`);
    const { rulesets, diagnostics } = await tryRules(lab, sandbox);
    expect(diagnostics).toEqual([]);
    expect([...rulesets.keys()].sort()).toEqual(['a 4', 'p-0 6', 'p-1 6', 'p-2 6']);
    expect(rulesets.get('a 4')).toMatchObject([
      { kind: 'rules', ns: 'a', rules: [['-s', '10.0.0.1/32', '-j', 'DROP']] },
    ]);
    expect(rulesets.get('p-2 6')).toMatchObject([{ kind: 'chain', ns: 'p-2', policy: 'DROP' }]);
  });

  test('reports every rule that is refused, at its place in the file, and tries the rest', async () => {
    const sandbox = fakeSandbox(fakeIptables(line => (/--dprt|OUTPUT/.test(line) ? UNKNOWN : undefined)));
    const { diagnostics, rulesets } = await tryRules(lab, sandbox);
    expect(diagnostics.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['nodes.a.iptables.1', 'iptables refuses this rule: unknown option "--dprt"'],
      ['nodes.a.iptables.2', 'iptables refuses this rule: unknown option "--dprt"'],
    ]);
    expect(rulesets.size).toBe(0);
  });

  test('reports a rule of which iptables makes none, whether it says so or not', async () => {
    const lab = labOf(
      'nodes: { a: { iptables: ["-A INPUT -i a", "-A INPUT -m time", "-A INPUT -i other", "-A INPUT -j DROP"] } }',
    );
    const silent = (line: string) => (line.includes('time') ? HELP : undefined);
    const { diagnostics } = await tryRules(lab, fakeSandbox(fakeIptables(silent)));
    expect(diagnostics.map(({ path, message }) => [path.at(-1), message])).toEqual([
      [1, 'iptables makes no rule of this'],
      [2, 'iptables makes no rule of this'],
    ]);
  });

  test('takes a number for no line that only the rule itself has', async () => {
    const lab = labOf('nodes: { a: { iptables: ["-A INPUT -j DROP", "-A INPUT \\"line 2\\""] } }');
    const badWord = (line: string) => (line.includes('line 2') ? "Bad argument `line 2'" : undefined);
    const { diagnostics } = await tryRules(lab, fakeSandbox(fakeIptables(badWord)));
    expect(diagnostics.map(({ path }) => path.at(-1))).toEqual([1]);
  });

  test('rejects where iptables is not installed, and leaves nothing', async () => {
    const sandbox = fakeSandbox(({ argv }) => (argv[0] === 'iptables-restore' ? { code: 127 } : undefined));
    await expect(tryRules(lab, sandbox)).rejects.toThrow(/iptables is not installed/);
    expect(sandbox.jobs.at(-1)?.input).toContain('netns del .me-rules-0');
  });

  test('runs nothing for a lab without rules', async () => {
    const sandbox = fakeSandbox(() => undefined);
    expect(await tryRules(labOf('nodes: { a: {} }'), sandbox)).toEqual({ rulesets: new Map(), diagnostics: [] });
    expect(sandbox.jobs).toEqual([]);
  });
});
