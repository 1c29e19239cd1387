/** This host's Docker, asked through its own command line: words come in, what it says goes out. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findCommand, searchPath } from '../../linux/find-command.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const hasClient = () => findCommand('docker', searchPath(process.env.PATH)) !== undefined;

/** Of the Docker behind a socket; the one that the command line is set up for where there is none. */
export function askDocker(words: readonly string[], socket?: string): Promise<Said> {
  const env = { ...process.env, PATH: searchPath(process.env.PATH) };
  const place = socket === undefined ? [] : ['--host', `unix://${socket}`];
  return new Promise(resolve => {
    execFile('docker', [...place, ...words], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr === '' && error ? error.message : stderr });
    });
  });
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

/** Undefined where Docker is somewhere else, or was never here. */
export async function findSocket(): Promise<string | undefined> {
  if (!hasClient()) return undefined;
  const endpoint = await findEndpoint();
  const socket = endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : '';
  return existsSync(socket) ? socket : undefined;
}
