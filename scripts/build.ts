/** Bundles the programs into dist/. */
import { type BuildOptions, build, type Plugin } from 'esbuild';

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

await build({
  ...shared,
  entryPoints: {
    cli: 'src/programs/cli.ts',
    agent: 'src/programs/agent.ts',
    dns: 'src/dns-server/main.ts',
    kubelet: 'src/programs/kubelet.ts',
    ...Object.fromEntries(APART.map(name => [name, name])),
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
});
