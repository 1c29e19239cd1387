import { describe, expect, test } from 'vitest';
import { tryRules } from '../../../src/apply/try-rules.ts';
import { labOf } from '../resolve/lab-of.ts';
import { fakeSandbox } from './fake-sandbox.ts';

const lab =
  labOf(`nodes: { a: { iptables: ["-A INPUT -s 10.0.0.1 -j DROP", "-A INPUT --dprt 1", "-I OUTPUT 1 -j ACCEPT"] }, b: {} }
pods: { p: { replicas: 3, ip6tables: ["-P INPUT DROP"] } }`);

const saved = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.1/32 -j DROP\nCOMMIT\n';

describe('trying rules', () => {
  test('makes one scratch namespace for machines with the same rules, and takes them away', async () => {
    const sandbox = fakeSandbox(() => undefined);
    await tryRules(lab, sandbox);
    expect(sandbox.jobs[0]?.input).toBe('netns add .me-rules-0\nnetns add .me-rules-1\n');
    expect(sandbox.jobs.at(-1)?.input).toBe('netns del .me-rules-0\nnetns del .me-rules-1\n');
  });

  test('gives every user the rules as the kernel spells them', async () => {
    const sandbox = fakeSandbox(({ argv }) =>
      argv[0] === 'iptables-save'
        ? { stdout: saved }
        : argv[0] === 'ip6tables-save'
          ? { stdout: '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' }
          : undefined,
    );
    const { rulesets, diagnostics } = await tryRules(lab, sandbox);
    expect(diagnostics).toEqual([]);
    expect([...rulesets.keys()].sort()).toEqual(['a 4', 'p-0 6', 'p-1 6', 'p-2 6']);
    expect(rulesets.get('a 4')).toMatchObject([
      { kind: 'rules', ns: 'a', rules: [['-s', '10.0.0.1/32', '-j', 'DROP']] },
    ]);
    expect(rulesets.get('p-2 6')).toMatchObject([{ kind: 'chain', ns: 'p-2', policy: 'DROP' }]);
  });

  test('reports every rule that is refused, at its place in the file, and tries the rest', async () => {
    const refuse = (text: string, word: string) => {
      const line = text.split('\n').findIndex(one => one.includes(word)) + 1;
      return line === 0
        ? undefined
        : {
            code: 2,
            stderr: `iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"\nError occurred at line: ${line}\n`,
          };
    };
    const sandbox = fakeSandbox(({ argv, input = '' }) =>
      argv[0] === 'iptables-restore' ? (refuse(input, '--dprt') ?? refuse(input, 'OUTPUT')) : undefined,
    );
    const { diagnostics, rulesets } = await tryRules(lab, sandbox);
    expect(diagnostics.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['nodes.a.iptables.1', 'iptables refuses this rule: unknown option "--dprt"'],
      ['nodes.a.iptables.2', 'iptables refuses this rule: unknown option "--dprt"'],
    ]);
    expect(rulesets.size).toBe(0);
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
