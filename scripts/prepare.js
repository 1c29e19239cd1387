/**
 * Run by npm after an install in a clone or from git: builds netlab. Does nothing where the tools to build it were left
 * out (`npm ci --omit=dev`), so it imports nothing that is installed. Before a package is made (`--pack`) that is a failure,
 * unless netlab is built already: a package without it is of no use to anybody.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsx = `${root}node_modules/.bin/tsx`;
const NOT_BUILT = 'netlab is not built: the devDependencies are not installed';
const canBuild = [tsx, `${root}node_modules/esbuild`, `${root}node_modules/json-schema-to-typescript`].every(
  existsSync,
);

if (canBuild) process.exitCode = ['generate', 'build'].every(runScript) ? 0 : 1;
else if (!process.argv.includes('--pack')) process.stderr.write(`${NOT_BUILT}\n`);
else if (!existsSync(`${root}dist/cli.cjs`)) {
  process.stderr.write(`${NOT_BUILT}: run npm ci, and then npm pack again\n`);
  process.exitCode = 1;
}

function runScript(name) {
  return spawnSync(tsx, [`${root}scripts/${name}.ts`], { cwd: root, stdio: 'inherit' }).status === 0;
}
