/** Why a file cannot be opened, read or written: what the system says, and its path, come in; words for people go out. */
import { statSync } from 'node:fs';

export function whyNot(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EISDIR':
      return 'it is a folder';
    case 'ENXIO':
      return nobodyThere(path);
    case 'ELOOP':
      return 'it is a symbolic link that leads to itself';
    case 'ENOTDIR':
      return 'a part of its path is no folder';
    case 'ENAMETOOLONG':
      return 'its name is longer than names of files can be';
    case 'EACCES':
      return 'you may not: permission denied';
    default:
      return messageOf(error);
  }
}

/** Whatever cannot be opened because nobody is at its other end. */
function nobodyThere(path: string): string {
  const found = find(path);
  if (found?.isSocket()) return 'it is a socket';
  if (found?.isFIFO()) return 'it is a named pipe that nobody reads';
  return 'it is a device that is not there for this process';
}

function find(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Node says with it what it did with which path, which is said already; of what devices say it knows not all. */
function messageOf(error: unknown): string {
  if (error instanceof Error && error.message.startsWith('Unknown system error')) return 'it is a device';
  return error instanceof Error ? error.message.replace(/, (open|stat|read|write)( '.*')?$/s, '') : String(error);
}
