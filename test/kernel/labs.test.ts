/**
 * Every lab under `labs/`, on the real kernel: it comes up, is what its plan says as a script, and its lesson is true. What
 * holds of a lab without a kernel is tried in `test/golden/labs.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, type ExpectStatic, it } from 'vitest';
import {
  as,
  isRoot,
  isSweep,
  labFile,
  leftovers,
  netlab,
  type Ran,
  ROOT,
  run,
  triesAll,
  WHO,
  type Who,
} from './harness.ts';
import { readKernel, readKernelOfScript } from './kernel-dump.ts';
import { followLesson, type LabInTest } from './lesson.ts';

interface Specimen extends LabInTest {
  /** A lab that shows what does not work is not waited for. */
  readonly up: readonly string[];
  readonly needsDocker: boolean;
}

const FOLDER = join(ROOT, 'labs');
const LABS = readdirSync(FOLDER)
  .filter(name => name.endsWith('.lab.yaml'))
  .map(base => ({ title: base.replace('.lab.yaml', ''), of: specimensOf(base) }));

/** Each user's has a name of its own. */
function specimensOf(base: string): ReadonlyMap<Who, Specimen> {
  return new Map(WHO.map(who => [who, toSpecimen(base, who)]));
}

function toSpecimen(base: string, who: Who): Specimen {
  const title = base.replace('.lab.yaml', '');
  const name = `labs-${title}-${who}`;
  const text = readFileSync(join(FOLDER, base), 'utf8').replace(/^name: .*$/m, `name: ${name}`);
  const file = labFile(text, name);
  const up = ['up', ...(text.includes('netlab up --timeout 0') ? ['--timeout', '0'] : []), file];
  return { title, name, text, file, up, needsDocker: /^backend: docker$/m.test(text) };
}

const WITH_DOCKER = 'its nodes are containers: docker-labs.test.ts brings it up';

interface Errand {
  readonly title: string;
  readonly who: Who;
  readonly comes: boolean;
  readonly teaches: boolean;
}

/** Every user brings every lab up: one to see that it comes and goes, the other one to follow its lesson. */
const ERRANDS: readonly Errand[] = WHO.map(who => {
  const comes = who === WHO[0] || isSweep;
  const teaches = triesAll(who);
  return { title: comes ? (teaches ? 'comes, goes and teaches' : 'comes and goes') : 'teaches', who, comes, teaches };
});

/** Labs whose plan is run as a script: each has what no other one here has; in a sweep all are. Only root can run one. */
const AS_SCRIPTS = [
  ...['05-by-hand', '08-dual-stack', '09-narrow-link', '12-namespaces', '13-firewall', '19-init-container'],
  ...['20-readiness', '34-local-or-cluster', '35-dns', '36-egress', '37-host-port', '38-load-balancer', '39-ingress'],
];
const isScript = (lab: Specimen, who: Who) =>
  // A script starts a program for each command: for a thousand pods it takes minutes.
  isRoot && who === 'root' && !lab.title.startsWith('11-') && (isSweep || AS_SCRIPTS.includes(lab.title));

const lackOf = new Map<string, string>();

beforeAll(async () => {
  const { checks } = JSON.parse((await netlab(WHO[0] ?? 'user', ['doctor', '--json'])).stdout);
  const netem = checks.find(({ id }: { id: string }) => id === 'netem');
  if (!netem.works)
    for (const { name, text } of LABS.flatMap(({ of }) => [...of.values()]))
      if (/^[^#]*\b(delay|jitter|loss): /m.test(text)) lackOf.set(name, 'netem');
});

// Lessons mostly wait, and no lab sees another one.
it.concurrent.for(LABS.flatMap(({ title: lab, of }) => ERRANDS.map(errand => ({ lab, of, ...errand }))))(
  '$lab $title as $who',
  async ({ of, who, comes, teaches }, { skip, expect: own }) => {
    const lab = of.get(who) ?? own.unreachable();
    skip(lab.needsDocker, WITH_DOCKER);
    skip(!comes && lackOf.has(lab.name), `this kernel lacks ${lackOf.get(lab.name)}`);
    if (comes && (await comesAndGoes(lab, who, own)) && teaches) await teach(lab, who, own);
    if (!comes) await teach(lab, who, own);
    own(await leftovers(lab.name)).toEqual([]);
  },
);

async function teach(lab: Specimen, who: Who, expect: ExpectStatic): Promise<void> {
  const runScript = (script: string) => run(as(who, ['bash', '-c', script]));
  await followLesson(lab, runScript, expect).finally(() => netlab(who, ['down', lab.name]));
}

/** Tests that run side by side each need their own `expect`. Whether this kernel can have the lab. */
async function comesAndGoes(lab: Specimen, who: Who, expect: ExpectStatic): Promise<boolean> {
  const ok = (ran: Ran) => expect(ran, ran.stderr).toMatchObject({ code: 0 });
  const script = isScript(lab, who) ? await planAsScript(lab, expect) : undefined;
  const up = await netlab(who, lab.up);
  const lack = lackOf.get(lab.name);
  if (lack !== undefined) {
    expect(up).toMatchObject({ code: 3, stderr: expect.stringContaining(lack) });
    return false;
  }
  ok(up);
  try {
    if (script !== undefined) await expectScriptMakesIt(lab, script, expect);
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

/** Before it is up: what would be done on a bare machine. */
async function planAsScript({ file }: Specimen, expect: ExpectStatic): Promise<string> {
  const script = await netlab('root', ['plan', '--format', 'sh', file]);
  expect(script, script.stderr).toMatchObject({ code: 0 });
  return script.stdout;
}

async function expectScriptMakesIt({ name }: Specimen, script: string, expect: ExpectStatic): Promise<void> {
  const [made, scripted] = await Promise.all([readKernel('root', name), readKernelOfScript(script)]);
  expect(Object.keys(made).length).toBeGreaterThan(1);
  // One namespace after the other: the difference of many at once would be too long to print.
  expect(Object.keys(scripted).sort()).toEqual(Object.keys(made).sort());
  for (const [ns, words] of Object.entries(made)) expect(scripted[ns], ns).toEqual(words);
}
