/**
 * Every lab under `labs/`, on the real kernel: it comes up, is what its plan says, and its lesson is true. What
 * holds of a lab without a kernel is tried in `test/golden/labs.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, type ExpectStatic, expect, it } from 'vitest';
import { ok } from './fixtures/ok.ts';
import { as, isRoot, labFile, leftovers, netlab, type Ran, ROOT, run, WHO, type Who } from './harness.ts';
import { readKernel, readKernelOfScript } from './kernel-dump.ts';
import { followLesson, type LabInTest } from './lesson.ts';

interface Specimen extends LabInTest {
  /** A lab that shows what does not work is not waited for. */
  readonly up: readonly string[];
  readonly needsDocker: boolean;
}

const FOLDER = join(ROOT, 'labs');
const LABS: readonly Specimen[] = readdirSync(FOLDER)
  .filter(name => name.endsWith('.lab.yaml'))
  .map(toSpecimen);

function toSpecimen(base: string): Specimen {
  const title = base.replace('.lab.yaml', '');
  const name = `labs-${title}`;
  const text = readFileSync(join(FOLDER, base), 'utf8').replace(/^name: .*$/m, `name: ${name}`);
  const file = labFile(text, name);
  const up = ['up', ...(text.includes('netlab up --timeout 0') ? ['--timeout', '0'] : []), file];
  return { title, name, text, file, up, needsDocker: /^backend: docker$/m.test(text) };
}

const WITH_DOCKER = 'its nodes are containers: docker-labs.test.ts brings it up';

const lackOf = new Map<string, string>();

beforeAll(async () => {
  const { checks } = JSON.parse((await netlab(WHO[0] ?? 'user', ['doctor', '--json'])).stdout);
  const netem = checks.find(({ id }: { id: string }) => id === 'netem');
  if (!netem.works)
    for (const { name, text } of LABS) if (/^[^#]*\b(delay|jitter|loss): /m.test(text)) lackOf.set(name, 'netem');
});

describe.each(LABS)('$name', lab => {
  it.runIf(isRoot)('its plan, run as a script, makes the same', async ({ skip }) => {
    skip(lab.needsDocker, WITH_DOCKER);
    skip(lackOf.has(lab.name), `this kernel lacks ${lackOf.get(lab.name)}`);
    // A script starts a program for each command: what holds for a few pods takes minutes for a thousand.
    const file = labFile(
      lab.text.replace('replicas: 1000 ', 'replicas: 40 ').replaceAll('web-999', 'web-39'),
      lab.name,
    );
    const script = await netlab('root', ['plan', '--format', 'sh', file]);
    ok(script);
    ok(await netlab('root', [...lab.up.slice(0, -1), file]));
    try {
      const [made, scripted] = await Promise.all([readKernel('root', lab.name), readKernelOfScript(script.stdout)]);
      expect(Object.keys(made).length).toBeGreaterThan(1);
      // One namespace after the other: the difference of many at once would be too long to print.
      expect(Object.keys(scripted).sort()).toEqual(Object.keys(made).sort());
      for (const [ns, words] of Object.entries(made)) expect(scripted[ns], ns).toEqual(words);
    } finally {
      ok(await netlab('root', ['down', file]));
    }
  });

  // Lessons mostly wait, and labs of different users do not see each other.
  it.concurrent.for(WHO)('comes up and goes as %s, and tells the truth', async (who, { skip, expect: own }) => {
    skip(lab.needsDocker, WITH_DOCKER);
    if (!(await comesAndGoes(lab, who, own))) return;
    const runScript = (script: string) => run(as(who, ['bash', '-c', script]));
    await followLesson(lab, runScript, own).finally(() => netlab(who, ['down', lab.name]));
  });

  it('leaves nothing behind', async () => expect(await leftovers(lab.name)).toEqual([]));
});

/** Tests that run side by side each need their own `expect`. Whether this kernel can have the lab. */
async function comesAndGoes(lab: Specimen, who: Who, expect: ExpectStatic): Promise<boolean> {
  const ok = (ran: Ran) => expect(ran, ran.stderr).toMatchObject({ code: 0 });
  const up = await netlab(who, lab.up);
  const lack = lackOf.get(lab.name);
  if (lack !== undefined) {
    expect(up).toMatchObject({ code: 3, stderr: expect.stringContaining(lack) });
    return false;
  }
  ok(up);
  try {
    const again = await netlab(who, ['up', lab.file]);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to change') });
    const status = await netlab(who, ['status', lab.file]);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
    ok(await netlab(who, ['check', '--wait', '60s', lab.file]));
  } finally {
    expect(await netlab(who, ['down', lab.file])).toMatchObject({ code: 0, stderr: `lab ${lab.name} is gone\n` });
  }
  return true;
}
