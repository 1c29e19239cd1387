/**
 * Following the lesson of a lab: the comment of its file, with `#   $ COMMAND`, and below it what is seen, with `…` for what
 * does not matter.
 */
import type { ExpectStatic } from 'vitest';
import { netlabArgv, type Ran } from './harness.ts';

export interface Exercise {
  readonly command: string;
  readonly seen: readonly string[];
}

function readLesson(text: string): Exercise[] {
  const lesson: { command: string; seen: string[] }[] = [];
  for (const line of lines(text)) {
    const said = /^# {3}(\s*\S.*)$/.exec(line)?.[1];
    if (said?.startsWith('$ ')) lesson.push({ command: said.slice(2), seen: [] });
    else if (said !== undefined) lesson.at(-1)?.seen.push(said);
  }
  return lesson;
}

export interface LabInTest {
  /** Its name in the lesson, and while it is tested: no other test has the same. */
  readonly title: string;
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

export type RunScript = (script: string) => Promise<Ran>;

/** Tests that run side by side each need their own `expect`. */
export async function followLesson(lab: LabInTest, runScript: RunScript, expect: ExpectStatic): Promise<void> {
  for (const exercise of readLesson(lab.text))
    await tryOut(exercise, () => runScript(toScript(exercise.command, lab)), expect);
}

function toScript(command: string, { title, name, file }: LabInTest): string {
  const typed = command.replace(/labs\/\S+\.lab\.yaml/, file).replaceAll(`netlab.${title}.`, `netlab.${name}.`);
  return `${defineNetlab(name)}\n${typed}`;
}

/** For a script: `netlab` as one types it, and where no lab is named, this one. */
export function defineNetlab(lab: string | undefined): string {
  const inLab = lab === undefined ? '' : `case $verb in exec|logs) set -- --lab ${lab} "$@" ;; esac; `;
  return `netlab() { local verb=$1; shift; ${inLab}${netlabArgv('root', []).join(' ')} $verb "$@"; }`;
}

export async function tryOut(
  { command, seen }: Exercise,
  runCommand: () => Promise<Ran>,
  expect: ExpectStatic,
): Promise<void> {
  const look = async () => {
    const { code, stdout, stderr } = await runCommand();
    return {
      code,
      shown: lines(`${stdout}${stderr}`)
        .join('\n')
        .replace(/^\n+|\n+$/g, ''),
    };
  };
  if (seen.length === 0) expect(await look()).toMatchObject({ code: 0 });
  else if (LOOKS.test(command)) {
    // On a busy machine what a lesson waits for with `sleep` takes longer.
    await expect
      .poll(async () => `$ ${command}\n${(await look()).shown}`, { timeout: 60_000, interval: 500 })
      .toMatch(toPattern(command, seen));
  } else expect(`$ ${command}\n${(await look()).shown}`).toMatch(toPattern(command, seen));
}

/** What changes nothing, however often it is done; also an `up` that ends with nothing left. */
const LOOKS = new RegExp(
  `^(sleep \\S+; )?netlab (status|logs|up --timeout [1-9]|exec \\S+ (-c \\S+ )?-- (${[
    '(timeout 2 )?busybox (wget|ps)',
    'ip6?tables (-t nat )?(-S|-v)',
    "sh -c '(for i|iptables|ip route|bridge link|busybox ps|dig|grep|printf|openssl)",
    'ip (-\\S+ )*(addr|link|route)( show| get|$)',
    'ip neigh',
    'bridge (link|fdb show)',
    'tc (-s )?qdisc show',
    "bash -c '< ",
    ...['ss', 'conntrack -L', 'wget', 'ping', 'pgrep', 'dig', 'getent', 'grep', 'cat', 'ls', 'hostname'],
  ].join('|')}))`,
);

function toPattern(command: string, seen: readonly string[]): RegExp {
  const text = seen.join('\n') === '(nothing)' ? '' : seen.join('\n');
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${literal(`$ ${command}\n`)}${text.split('…').map(literal).join('[^]*')}$`);
}

const lines = (text: string) => text.split('\n').map(line => line.trimEnd());
