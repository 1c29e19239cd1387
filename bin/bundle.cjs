/**
 * Loads a program of dist/ with what V8 has compiled of it when it was built: half of what a short command takes above an
 * empty script. The bundle's first line names its code cache, so that it is never another bundle's. One that V8 refuses, as it
 * does for another version of Node, or that is not there changes nothing but the time.
 */
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** The compiled bundle, a function that runs it, and where its code cache belongs. */
exports.loadBundle = file => {
  // esbuild leaves nothing but ASCII in it.
  const source = readProgram(file);
  const cache = `${file}.${source.slice(2, source.indexOf('\n'))}.cache`;
  const script = new Script(wrap(source), {
    filename: file,
    cachedData: readIfThere(cache),
  });
  const module = { exports: {} };
  const run = () => script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { script, run, cache };
};

/** A clone that was not built, or a package that was made of one. */
function readProgram(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    process.stderr.write(
      `error: netlab is not built: ${file} is missing\n  help: run npm install in ${dirname(dirname(file))}\n`,
    );
    process.exit(3);
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
