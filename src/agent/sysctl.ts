/** Sysctls: names come in, and out go the values that the namespace of this thread has for them. */
import { readProcFile } from '../linux/proc-file.ts';

/** A name that the kernel does not have is left out. */
export function readSysctls(names: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = readSysctl(name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/**
 * sysctl(8)'s two spellings: the first separator decides. After a dot, dots separate and a slash stands for a dot in
 * an interface's name; after a slash it is the other way round.
 */
export function sysctlPath(name: string): string {
  const first = name.search(/[./]/);
  const swapped = name[first] === '.' ? name.replace(/[./]/g, c => (c === '.' ? '/' : '.')) : name;
  return `/proc/sys/${swapped}`;
}

function readSysctl(name: string): string | undefined {
  return readProcFile(sysctlPath(name))?.trim().replace(/\s+/g, ' ');
}
