/**
 * Runs a bundle with the arguments of a command, and writes down what V8 has compiled for that: what such a command needs,
 * and nothing else.
 *
 * In: the bundle, then the command's arguments. Out: its code cache beside it, and what the command prints.
 */
import { writeFileSync } from 'node:fs';
import { loadBundle } from '../bin/bundle.cjs';

const [file, ...words] = process.argv.slice(2);
process.argv = [process.execPath, file, ...words];
const { script, run, cache } = loadBundle(file);
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
run();
