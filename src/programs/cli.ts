/** The command line's program: `main` with the backends that there are, standard streams, signals and an exit code. */
import { withDocker } from '../backends/docker/docker-backend.ts';
import { makeNetnsBackend } from '../backends/netns/netns-backend.ts';
import { asCalled } from '../cli/called.ts';
import { cwd } from '../cli/cwd.ts';
import { EXIT } from '../cli/exit-codes.ts';
import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';
import { openOutput } from '../cli/output.ts';
import { colourLevelOf, createPaint } from '../cli/paint.ts';
import { readStdin } from '../cli/read-text.ts';
import { say } from '../cli/write.ts';

const stdout = openOutput(process.stdout);
// Messages without a reader are no reason to leave work half done: a terminal may close, or `|& head` may have seen enough.
const stderr = openOutput(process.stderr);
// A file that may not grow any further (`ulimit -f`) is then an error like others, and does not end this process.
process.on('SIGXFSZ', () => undefined);

const paintFor = ({ isTTY }: NodeJS.WriteStream) => createPaint(colourLevelOf(isTTY === true, process.env));

async function createIo(): Promise<Io> {
  const paint = { out: await paintFor(process.stdout), err: await paintFor(process.stderr) };
  return {
    out: stdout.write,
    err: text => stderr.write(asCalled(text)),
    outLost: stdout.lost,
    readStdin: () => readStdin(process.stdin, { err: stderr.write }, 0),
    cwd,
    live:
      process.stderr.isTTY === true &&
      process.stderr.columns > 0 &&
      !process.env['CI'] &&
      process.env['TERM'] !== 'dumb',
    paint,
    catchSignals,
  };
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function catchSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ENDING) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** There is nothing left to take back: only whoever reads what is printed may be waited for, and that is the user's to end. */
function releaseSignals(): void {
  for (const signal of ENDING) process.removeAllListeners(signal);
}

/** What a command has found out is its exit code whatever becomes of what it prints; only success needs all of that. */
async function run(): Promise<number> {
  const io = await createIo();
  const tell = (line: string) => say(line, io);
  const backend = withDocker(makeNetnsBackend(tell), tell);
  const code = await main(process.argv.slice(2), { backend, io });
  releaseSignals();
  const failure = await stdout.end();
  if (failure === undefined) return code;
  stderr.write(`error: standard output could not be written: ${failure}\n`);
  return code === EXIT.done ? EXIT.failed : code;
}

run().then(code => {
  process.exitCode = code;
});
