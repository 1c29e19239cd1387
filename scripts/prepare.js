/**
 * Run by npm after an install in a clone or from git: builds netlab. Does nothing where the tools to build it were left
 * out (`npm ci --omit=dev`), so it imports nothing that is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsx = `${root}node_modules/.bin/tsx`;
const canBuild = [tsx, `${root}node_modules/esbuild`, `${root}node_modules/json-schema-to-typescript`].every(
  existsSync,
);

if (canBuild) process.exitCode = ['generate', 'build'].every(runScript) ? 0 : 1;
else process.stderr.write('netlab is not built: the devDependencies are not installed\n');

function runScript(name) {
  return spawnSync(tsx, [`${root}scripts/${name}.ts`], { cwd: root, stdio: 'inherit' }).status === 0;
}
