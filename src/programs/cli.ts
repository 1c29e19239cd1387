/** The command line's program: `main` with the backends that there are, standard streams, signals and an exit code. */
import { text } from 'node:stream/consumers';
import { withDocker } from '../backends/docker/docker-backend.ts';
import { makeNetnsBackend } from '../backends/netns/netns-backend.ts';
import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';
import { colourLevelOf, createPaint } from '../cli/paint.ts';

// The reader of our output may go away early, as `head` does.
process.stdout.on('error', () => process.exit(0));
// Output without a reader is no reason to leave work half done: a terminal may close, or `|& head` may have seen enough.
process.stderr.on('error', () => undefined);

const paintFor = ({ isTTY }: NodeJS.WriteStream) => createPaint(colourLevelOf(isTTY === true, process.env));

const createIo = async (): Promise<Io> => ({
  out: piece => void process.stdout.write(piece),
  err: piece => void process.stderr.write(piece),
  readStdin: () => text(process.stdin),
  cwd: process.cwd(),
  live:
    process.stderr.isTTY === true && process.stderr.columns > 0 && !process.env['CI'] && process.env['TERM'] !== 'dumb',
  paint: { out: await paintFor(process.stdout), err: await paintFor(process.stderr) },
  catchSignals,
});

function catchSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

createIo()
  .then(io => main(process.argv.slice(2), { backend: withDocker(makeNetnsBackend()), io }))
  .then(code => {
    process.exitCode = code;
  });
