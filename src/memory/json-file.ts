/** Small JSON files in the lab's memory: a reader sees the old content or the new one, never half of one. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Undefined where there is no such file, or nothing that can be understood. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeJsonFile(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(value));
  renameSync(draft, path);
}
