/** Bundles the programs into dist/, and lets V8 compile there what nearly every command needs. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** It has something of every feature, and comes up without Docker. */
const TYPICAL_COMMAND = ['up', '--dry-run', join(ROOT, 'labs/39-ingress.lab.yaml')];

/** A package that few commands take is a file of its own, which the others need not read. */
const APART = ['execa'];

const keepApart: Plugin = {
  name: 'keep-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^(${APART.join('|')})$`) }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${path}.cjs`, external: true } : undefined,
    ),
};

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Packages are required when they are needed: `import()` fails in what comes out of a code cache, and makes Node start
  // another loader, which takes longer than the packages.
  supported: { 'dynamic-import': false },
  format: 'cjs',
  external: ['koffi', '@viz-js/viz'],
  alias: { 'string-width': './src/cli/string-width.ts' },
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  // Packages that are ES modules ask where they are.
  define: { 'import.meta.url': 'importMetaUrl' },
  plugins: [keepApart],
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

const { metafile } = await build({
  ...shared,
  entryPoints: {
    cli: 'src/programs/cli.ts',
    agent: 'src/programs/agent.ts',
    dns: 'src/dns-server/main.ts',
    kubelet: 'src/programs/kubelet.ts',
    ...Object.fromEntries(APART.map(name => [name, name])),
  },
  outdir: DIST,
  metafile: true,
  outExtension: { '.js': '.cjs' },
});

const hash = await writeHash('cli.cjs');
// Whatever becomes of the command, as where this very lab is being changed: without the cache netlab only starts later.
await execa('node', [join(ROOT, 'scripts/write-code-cache.js'), join(DIST, 'cli.cjs'), ...TYPICAL_COMMAND], {
  reject: false,
  timeout: 60_000,
});
await removeOthers([...Object.keys(metafile.outputs), `cli.cjs.${hash}.cache`]);

/** In its first line, by which `bin/bundle.cjs` finds the code cache. */
async function writeHash(name: string): Promise<string> {
  const source = await readFile(join(DIST, name));
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  await writeFile(join(DIST, name), `//${hash}\n${source}`);
  return hash;
}

/** What builds before this one have left. */
async function removeOthers(paths: readonly string[]): Promise<void> {
  const names = new Set(paths.map(path => basename(path)));
  for (const name of await readdir(DIST)) if (!names.has(name)) await rm(join(DIST, name));
}
