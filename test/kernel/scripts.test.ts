/**
 * `plan --format sh`, run by a shell on a bare machine, makes what `up` makes: of labs with one of each feature, and in a
 * sweep of all that need no Docker.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ok } from './fixtures/ok.ts';
import { isRoot, isSweep, labFile, netlab, ROOT } from './harness.ts';
import { readKernel, readKernelOfScript } from './kernel-dump.ts';

const FOLDER = join(ROOT, 'labs');
/** Each has what no other one here has. */
const FEATURES = [
  ...['05-by-hand', '08-dual-stack', '09-narrow-link', '12-namespaces', '13-firewall', '19-init-container'],
  ...['20-readiness', '34-local-or-cluster', '35-dns', '36-egress', '37-host-port', '38-load-balancer', '39-ingress'],
];
const LABS = readdirSync(FOLDER)
  .filter(base => base.endsWith('.lab.yaml'))
  .map(base => base.replace('.lab.yaml', ''))
  .filter(title => isSweep || FEATURES.includes(title))
  .map(title => ({ title, text: readFileSync(join(FOLDER, `${title}.lab.yaml`), 'utf8') }))
  .filter(({ text }) => !/^backend: docker$/m.test(text));

describe.runIf(isRoot)('the plan of a lab, run as a script, makes the same', () => {
  it.for(LABS)('$title', async ({ title, text }, { skip }) => {
    skip(/^[^#]*\b(delay|jitter|loss): /m.test(text) && !(await hasNetem()), 'this kernel lacks netem');
    const name = `script-${title}`;
    // A script starts a program for each command: what holds for a few pods takes minutes for a thousand.
    const small = text.replace('replicas: 1000 ', 'replicas: 40 ').replaceAll('web-999', 'web-39');
    const file = labFile(small.replace(/^name: .*$/m, `name: ${name}`), name);
    const script = await netlab('root', ['plan', '--format', 'sh', file]);
    ok(script);
    // A lab that shows what does not work is not waited for.
    const patience = text.includes('netlab up --timeout 0') ? ['--timeout', '0'] : [];
    ok(await netlab('root', ['up', ...patience, file]));
    try {
      const [made, scripted] = await Promise.all([readKernel('root', name), readKernelOfScript(script.stdout)]);
      expect(Object.keys(made).length).toBeGreaterThan(1);
      // One namespace after the other: the difference of many at once would be too long to print.
      expect(Object.keys(scripted).sort()).toEqual(Object.keys(made).sort());
      for (const [ns, words] of Object.entries(made)) expect(scripted[ns], ns).toEqual(words);
    } finally {
      ok(await netlab('root', ['down', file]));
    }
  });
});

async function hasNetem(): Promise<boolean> {
  const { checks } = JSON.parse((await netlab('root', ['doctor', '--json'])).stdout);
  return checks.find(({ id }: { id: string }) => id === 'netem').works;
}
