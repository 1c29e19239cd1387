/** `netlab doctor`: what this host can do, each thing tried for real. */

import { HOST_FEATURES } from '../../host/features.ts';
import { type TriedFeature, tryFeatures } from '../../host/try-features.ts';
import type { HostCheck } from '../../sandbox/host.ts';
import { HostError } from '../../sandbox/host-error.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { JSON_FLAG } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { featuresText } from '../views/features.ts';

export const command = defineCommand({
  usage: 'doctor',
  describe: 'show what this host can do',
  options: y => y.option('json', JSON_FLAG),
  run: async ({ json }, { backend, io }) => {
    const { tried, sandbox } = await examine(backend);
    const rows = [sandboxRow(sandbox), ...tried.map(toRow), ...(await backend.examineHost())];
    io.out(json ? `${JSON.stringify({ checks: rows }, null, 2)}\n` : featuresText(rows));
    return rows.some(({ id, works }) => !works && ESSENTIAL.has(id)) ? EXIT.hostLacks : EXIT.done;
  },
});

/** Without these the simplest lab would not come up. */
const ESSENTIAL: ReadonlySet<string> = new Set(['sandbox', 'ip', 'veth', 'bridge', 'sysctl']);

async function examine(backend: Backend): Promise<{ tried: TriedFeature[]; sandbox: HostError | undefined }> {
  try {
    const sandbox = await backend.create('doctor', 'netns');
    try {
      return { tried: await tryFeatures(HOST_FEATURES, sandbox), sandbox: undefined };
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (error instanceof HostError) return { tried: [], sandbox: error };
    throw error;
  }
}

function sandboxRow(error: HostError | undefined): HostCheck {
  const feature = process.getuid?.() === 0 ? 'namespaces' : 'namespaces without root';
  return {
    id: 'sandbox',
    feature,
    use: 'every lab',
    works: !error,
    reason: error?.message ?? '',
    fix: error?.fixes.join('; ') ?? '',
  };
}

function toRow({ feature, works, reason, fix }: TriedFeature): HostCheck {
  return { id: feature.id, feature: feature.title, use: feature.use, works, reason, fix };
}
