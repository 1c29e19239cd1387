/**
 * Every lab under `labs/`, on the real kernel: it comes up, is what its plan says, and its lesson is true. A lesson is
 * the comment of the lab file: `#   $ COMMAND`, and below it what is seen, with `…` for what does not matter.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { as, isRoot, labFile, leftovers, netlab, netlabArgv, type Ran, ROOT, run, WHO, type Who } from './harness.ts';
import { readKernel, readKernelOfScript } from './kernel-dump.ts';

interface Specimen {
  /** Name of the lab while it is tested, so that no other test has the same. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

const FOLDER = join(ROOT, 'labs');
const LABS: readonly Specimen[] = readdirSync(FOLDER)
  .filter(name => name.endsWith('.lab.yaml'))
  .map(toSpecimen);

function toSpecimen(base: string): Specimen {
  const name = `labs-${base.replace('.lab.yaml', '')}`;
  const text = readFileSync(join(FOLDER, base), 'utf8').replace(/^name: .*$/m, `name: ${name}`);
  return { name, text, file: labFile(text, name) };
}

const lackOf = new Map<string, string>();

beforeAll(async () => {
  const { checks } = JSON.parse((await netlab(WHO[0] ?? 'user', ['doctor', '--json'])).stdout);
  const netem = checks.find(({ id }: { id: string }) => id === 'netem');
  if (!netem.works)
    for (const { name, text } of LABS) if (/^[^#]*\b(delay|jitter|loss): /m.test(text)) lackOf.set(name, 'netem');
});

const lines = (text: string) => text.split('\n').map(line => line.trimEnd());
const ok = (ran: Ran) => expect(ran, ran.stderr).toMatchObject({ code: 0 });

describe.each(LABS)('$name', lab => {
  it('is a good lab, without a warning', async () => {
    const { code, stdout } = await netlab('root', ['validate', '--json', lab.file]);
    expect({ code, diagnostics: JSON.parse(stdout).diagnostics }).toEqual({ code: 0, diagnostics: [] });
  });

  it('starts with its schema and says what it shows', () => {
    expect(lines(lab.text)[0]).toBe('# yaml-language-server: $schema=../schemas/lab.schema.json');
    if (/labs-\d/.test(lab.name)) expect(lab.text).toMatch(/^description: \S/m);
  });

  it('written out in full is the same lab', async () => {
    const long = await netlab('root', ['expand', lab.file]);
    ok(long);
    const again = await netlab('root', ['expand', '-'], { input: long.stdout });
    expect(again.stdout).toBe(long.stdout);
    expect(await stepsOf(['plan', '--format', 'json', '-'], long.stdout)).toEqual(
      await stepsOf(['plan', '--format', 'json', lab.file]),
    );
  });

  it.each(WHO)('comes up and goes as %s', async who => {
    const up = await netlab(who, ['up', lab.file]);
    const lack = lackOf.get(lab.name);
    if (lack !== undefined) {
      expect(up).toMatchObject({ code: 3, stderr: expect.stringContaining(lack) });
      expect(await leftovers(lab.name)).toEqual([]);
      return;
    }
    ok(up);
    try {
      expect(await netlab(who, ['up', lab.file])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('nothing to change'),
      });
      expect(await netlab(who, ['plan', '--format', 'json', lab.file])).toMatchObject({
        code: 0,
        stdout: '{"steps":[]}\n',
      });
      expect(await netlab(who, ['status', lab.file])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no drift'),
      });
    } finally {
      expect(await netlab(who, ['down', lab.file])).toMatchObject({ code: 0, stderr: `lab ${lab.name} is gone\n` });
    }
    expect(await leftovers(lab.name)).toEqual([]);
  });

  it.runIf(isRoot)(
    'its plan, run as a script, makes the same',
    async ({ skip }) => {
      skip(lackOf.has(lab.name), `this kernel lacks ${lackOf.get(lab.name)}`);
      const depth = lab.name.includes('thousand') ? 'links' : 'all';
      const script = await netlab('root', ['plan', '--format', 'sh', lab.file]);
      ok(script);
      ok(await netlab('root', ['up', lab.file]));
      try {
        const [made, scripted] = await Promise.all([
          readKernel('root', lab.name, depth),
          readKernelOfScript(script.stdout, depth),
        ]);
        expect(Object.keys(made).length).toBeGreaterThan(1);
        // One namespace after the other: the difference of two thousand at once would be too long to print.
        expect(Object.keys(scripted).sort()).toEqual(Object.keys(made).sort());
        for (const [ns, words] of Object.entries(made)) expect(scripted[ns], ns).toEqual(words);
      } finally {
        ok(await netlab('root', ['down', lab.file]));
      }
    },
    180_000,
  );

  it.for(WHO)('tells the truth to %s', async (who, { skip }) => {
    skip(lackOf.has(lab.name), `this kernel lacks ${lackOf.get(lab.name)}`);
    try {
      await follow(lab, who);
    } finally {
      await netlab(who, ['down', lab.name]);
    }
  });
});

interface Exercise {
  readonly command: string;
  readonly seen: readonly string[];
}

function readLesson(text: string): Exercise[] {
  const lesson: { command: string; seen: string[] }[] = [];
  for (const line of lines(text)) {
    const said = /^# {3}(\S.*)$/.exec(line)?.[1];
    if (said?.startsWith('$ ')) lesson.push({ command: said.slice(2), seen: [] });
    else if (said !== undefined) lesson.at(-1)?.seen.push(said);
  }
  return lesson;
}

async function follow(lab: Specimen, who: Who): Promise<void> {
  for (const exercise of readLesson(lab.text)) await tryOut(exercise, lab, who);
}

async function tryOut({ command, seen }: Exercise, { file, name }: Specimen, who: Who): Promise<void> {
  const program = `netlab() { local verb=$1; shift; [ $verb = exec ] && set -- --lab ${name} "$@"; ${netlabArgv('root', []).join(' ')} $verb "$@"; }`;
  const typed = command.replace(/labs\/\S+\.lab\.yaml/, file);
  const { code, stdout, stderr } = await run(as(who, ['bash', '-c', `${program}\n${typed}`]));
  const shown = lines(`${stdout}${stderr}`).join('\n').trim();
  if (seen.length === 0) expect({ command, code, shown }).toEqual({ command, code: 0, shown });
  else expect(`$ ${command}\n${shown}`).toMatch(toPattern(command, seen));
}

function toPattern(command: string, seen: readonly string[]): RegExp {
  const text = seen.join('\n') === '(nothing)' ? '' : seen.join('\n');
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${literal(`$ ${command}\n`)}${text.split('…').map(literal).join('[^]*')}$`);
}

async function stepsOf(args: readonly string[], input?: string) {
  const { stdout } = await netlab('root', args, input === undefined ? {} : { input });
  return JSON.parse(stdout).steps.map(({ source: _, ...step }: { source: unknown }) => step);
}
