/**
 * The folder that netlab was called in: nothing comes in, its path goes out.
 *
 * Where it has been removed since, Node and yargs cannot even be asked for it; so this is the first to ask, and goes away
 * from there. The path is then one at which nothing is: what needs no file of that folder works as ever.
 */
import { readlinkSync } from 'node:fs';

export const cwd = findCwd();

function findCwd(): string {
  try {
    return process.cwd();
  } catch {
    const removed = readlinkSync('/proc/self/cwd');
    process.chdir('/');
    return removed;
  }
}
