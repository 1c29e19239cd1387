/** What a host can do, as `doctor` shows it. */
import type { HostCheck } from '../../sandbox/host.ts';
import { table } from './table.ts';

export function featuresText(rows: readonly HostCheck[]): string {
  return table(
    ['', 'FEATURE', 'NEEDED FOR', 'TO MEND IT'],
    rows.map(({ works, feature, use, reason, fix }) => [
      ...[works ? 'ok' : '--', feature, use],
      works ? '' : `${reason}: ${fix}`,
    ]),
  );
}
