/** What a host can do, as `doctor` shows it. */
import { table } from './table.ts';

export interface FeatureRow {
  readonly id: string;
  readonly feature: string;
  readonly use: string;
  readonly works: boolean;
  readonly reason: string;
  readonly fix: string;
}

export function featuresText(rows: readonly FeatureRow[]): string {
  return table(
    ['', 'FEATURE', 'NEEDED FOR', 'TO MEND IT'],
    rows.map(({ works, feature, use, reason, fix }) => [
      ...[works ? 'ok' : '--', feature, use],
      works ? '' : `${reason}: ${fix}`,
    ]),
  );
}
