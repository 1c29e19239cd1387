/** This host's Docker, asked through its own command line: words come in, what it says goes out. */
import { existsSync } from 'node:fs';
import { findCommand, searchPath } from '../../linux/find-command.ts';
import { HostError } from '../../sandbox/host-error.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_BYTES = 1 << 26;
/** A Docker that hangs takes connections and answers none. To remove a whole lab's containers takes it seconds. */
const LONGEST_MS = 120_000;
const RESTART = ['look why: docker info; or start it again: sudo systemctl restart docker'];
/** A shell's exit code for a command that cannot be started. */
const NOT_RUN = 127;

/** Only root wires the network namespaces of Docker's containers. */
export const isRoot = () => process.geteuid?.() === 0;

export const hasClient = () => findCommand('docker', searchPath(process.env.PATH)) !== undefined;

/** Of the Docker behind a socket; the one that the command line is set up for where there is none. */
export async function askDocker(words: readonly string[], socket?: string): Promise<Said> {
  // Most labs never ask Docker: execa is loaded only for those that do.
  const { execa } = await import('execa');
  const place = socket === undefined ? [] : ['--host', `unix://${socket}`];
  const { exitCode, stdout, stderr, shortMessage, timedOut } = await execa('docker', [...place, ...words], {
    env: { PATH: searchPath(process.env.PATH) },
    stdin: 'ignore',
    stripFinalNewline: false,
    maxBuffer: MOST_BYTES,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
    reject: false,
  });
  if (timedOut)
    throw new HostError(`Docker has not answered within two minutes: docker ${words.slice(0, 2).join(' ')}`, RESTART);
  // A program that could not be started has no output at all, though its type promises one.
  return { code: exitCode ?? NOT_RUN, stdout: stdout ?? '', stderr: stderr || (shortMessage ?? '') };
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Where Docker listens, as `DOCKER_HOST` or the current context of its command line say: a URL. */
export async function findEndpoint(): Promise<string> {
  const given = process.env['DOCKER_HOST'];
  if (given) return given;
  const { code, stdout } = await askDocker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const found = stdout.trim();
  return code === 0 && found !== '' ? found : `unix://${DEFAULT_SOCKET}`;
}

/** Undefined where Docker is somewhere else, or was never here; and for who cannot have used it, as only root can. */
export async function findSocket(): Promise<string | undefined> {
  if (!isRoot() || !hasClient()) return undefined;
  const endpoint = await findEndpoint();
  const socket = endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : '';
  return existsSync(socket) ? socket : undefined;
}
