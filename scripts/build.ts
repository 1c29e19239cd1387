/** Bundles the command line and the agent into dist/. */
import { type BuildOptions, build } from 'esbuild';

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
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

await build({
  ...shared,
  entryPoints: {
    cli: 'src/programs/cli.ts',
    agent: 'src/programs/agent.ts',
    dns: 'src/dns-server/main.ts',
    kubelet: 'src/programs/kubelet.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
});
