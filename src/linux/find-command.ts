/**
 * Where a command is: a name and a PATH come in, an absolute path goes out.
 *
 * Debian keeps `ip`, `tc` and `iptables` in /usr/sbin, which an ordinary user's PATH lacks; so the system folders are
 * always searched last.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'] as const;

/** The caller's PATH, with the system folders that it lacks behind it. */
export function searchPath(path: string | undefined): string {
  const own = (path ?? '').split(':').filter(folder => folder !== '');
  return [...own, ...SYSTEM_FOLDERS.filter(folder => !own.includes(folder))].join(':');
}

/**
 * Inside of labs also netlab's own programs for pods are commands: `netlab-dns` and its like, in the folder `bin` of this
 * installation. They come last, together with the Node that runs this, which they need.
 */
export function withOwnPrograms(path: string): string {
  const places = ['../bin', '../../bin'].map(place => fileURLToPath(new URL(place, import.meta.url)));
  const own = places.filter(place => existsSync(`${place}/netlab-dns`)).slice(0, 1);
  return [path, ...own, dirname(process.execPath)].join(':');
}

/** What execvp(3) would run for this name. */
export function findCommand(name: string, path: string): string | undefined {
  if (name.includes('/')) return name;
  return path
    .split(':')
    .map(folder => `${folder}/${name}`)
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
