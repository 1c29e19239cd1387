/** What a host can do, as `doctor` shows it. */
import type { HostCheck } from '../../sandbox/host.ts';
import { wrap } from './columns.ts';
import { table } from './table.ts';

export function featuresText(rows: readonly HostCheck[]): string {
  const [heading = '', ...lines] = table(
    ['', 'FEATURE', 'NEEDED FOR'],
    rows.map(({ works, feature, use }) => [works ? 'ok' : '--', feature, use]),
  )
    .trimEnd()
    .split('\n');
  const shown = lines.flatMap((line, index) => [line, ...whyNot(rows[index])]);
  return [heading, ...shown, ''].join('\n');
}

const INDENT = ' '.repeat(5);

function whyNot(row: HostCheck | undefined): string[] {
  if (!row || row.works) return [];
  return [...wrap(row.reason, INDENT), ...(row.fix === '' ? [] : wrap(`to mend it: ${row.fix}`, INDENT))];
}
