/** `netlab doctor`: what this host can do, each thing tried for real. */

import { examineDocker } from '../../backends/docker/examine.ts';
import { DEFAULT_NODE_IMAGE } from '../../features/containers/resolve/programs.ts';
import { FEATURES } from '../../host/features.ts';
import { tryFeatures, type Verdict } from '../../host/try-features.ts';
import { HostError } from '../../sandbox/host-error.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { table } from '../table.ts';

/** Exit code 3 where the simplest lab would not come up. */
export async function runDoctor({ json }: { readonly json: boolean }, backend: Backend, io: Io): Promise<number> {
  const { verdicts, sandbox } = await examine(backend);
  const docker = await examineDocker(DEFAULT_NODE_IMAGE);
  const rows = [
    sandboxRow(sandbox),
    ...verdicts.map(toRow),
    ...docker.map(row => ({ ...row, use: 'backend: docker' })),
  ];
  if (json) io.out(`${JSON.stringify({ checks: rows }, null, 2)}\n`);
  else
    io.out(
      table(
        ['', 'FEATURE', 'NEEDED FOR', 'TO MEND IT'],
        rows.map(row => [row.works ? 'ok' : '--', row.feature, row.use, row.works ? '' : `${row.reason}: ${row.fix}`]),
      ),
    );
  const essential = new Set(['sandbox', 'ip', 'veth', 'bridge', 'sysctl']);
  return rows.some(({ id, works }) => !works && essential.has(id)) ? EXIT.hostLacks : EXIT.done;
}

interface Row {
  readonly id: string;
  readonly feature: string;
  readonly use: string;
  readonly works: boolean;
  readonly reason: string;
  readonly fix: string;
}

async function examine(backend: Backend): Promise<{ verdicts: Verdict[]; sandbox: HostError | undefined }> {
  try {
    const sandbox = await backend.create('doctor', 'netns');
    try {
      return { verdicts: await tryFeatures(FEATURES, sandbox), sandbox: undefined };
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    if (error instanceof HostError) return { verdicts: [], sandbox: error };
    throw error;
  }
}

function sandboxRow(error: HostError | undefined): Row {
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

function toRow({ feature, works, reason, fix }: Verdict): Row {
  return { id: feature.id, feature: feature.title, use: feature.use, works, reason, fix };
}
