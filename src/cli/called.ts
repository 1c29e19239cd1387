/**
 * How netlab is called here: hints name commands, and a command that is typed as it is shown has to work.
 *
 * In: text that says `netlab up`. Out: the same with `./bin/netlab up` where no `netlab` of the PATH is this one.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Not of "netlab itself failed", nor of what another process is called. */
const WORDS =
  'up|down|plan|validate|expand|list|status|check|reach|policy|exec|shell|logs|graph|doctor|schema|completion|--help';
const COMMAND = new RegExp(`(^|[\\s"'\`(])netlab (?=(${WORDS})\\b(?!\\S*" of lab))`, 'g');
/** Lines of a lab file are shown as they are. */
const SHOWN_LINE = /^ *\d* \|/;

export function asCalled(text: string, findProgram: () => string = programName): string {
  if (!text.includes('netlab ')) return text;
  const program = findProgram();
  if (program === 'netlab') return text;
  const adapt = (line: string) => (SHOWN_LINE.test(line) ? line : line.replace(COMMAND, `$1${program} `));
  return text.split('\n').map(adapt).join('\n');
}

const programName = () => nameOfProgram(process.argv[1] ?? '', process.env);

/** npm puts folders of its own on the PATH of what it runs, which are gone when that is done. */
export function nameOfProgram(script: string, { PATH = '', npm_command: byNpm }: NodeJS.ProcessEnv): string {
  const folders = PATH.split(':').filter(folder => byNpm === undefined || !folder.endsWith('/node_modules/.bin'));
  const found = folders.map(folder => join(folder, 'netlab')).find(place => existsSync(place));
  if (found !== undefined && isSame(found, script)) return 'netlab';
  return byNpm === 'exec' ? 'npx netlab' : pathOf(script);
}

function isSame(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** From here where it is below; Node tells the whole path, however it was typed. */
function pathOf(script: string): string {
  try {
    const below = relative(process.cwd(), script);
    if (!below.startsWith('..')) return dirname(below) === '.' ? `./${below}` : below;
  } catch {
    // A working directory that is gone.
  }
  return script;
}
