/**
 * Small JSON files in the lab's memory: a value comes in and goes out again just as it was written, or not at all.
 *
 * A reader sees the old content or the new one, never half of one. Root in the lab can write there as well: what does not
 * have the digest that was written with it may have any shape, and counts as no file.
 */
import { hash } from 'node:crypto';
import { readRegularFile, replaceFile } from '../linux/regular-file.ts';

const head = (json: string) => `{"sha256":"${hash('sha256', json)}","value":`;
const HEAD_LENGTH = head('').length;

/** Undefined where there is no such file, or something else than what was written. */
export function readJsonFile(path: string): unknown {
  const text = readRegularFile(path) ?? '';
  const json = text.slice(HEAD_LENGTH, -1);
  return text === `${head(json)}${json}}` ? JSON.parse(json) : undefined;
}

export function writeJsonFile(path: string, value: unknown, mode?: number): void {
  const json = JSON.stringify(value);
  replaceFile(path, `${head(json)}${json}}`, mode);
}
