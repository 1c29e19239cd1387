/** Small JSON files in the lab's memory: a reader sees the old content or the new one, never half of one. */
import { readRegularFile, replaceFile } from '../linux/regular-file.ts';

/** Undefined where there is no such file, or nothing that can be understood. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readRegularFile(path) ?? '');
  } catch {
    return undefined;
  }
}

export function writeJsonFile(path: string, value: unknown): void {
  replaceFile(path, JSON.stringify(value));
}
