/** Running labs, as `list` shows them. */
import { age } from './age.ts';
import { table } from './table.ts';

/** What a lab whose record is damaged does not know is null. */
export interface LabSummary {
  readonly name: string;
  readonly nodes: number | null;
  readonly pods: number | null;
  readonly createdAt: number | null;
  readonly file: string | null;
  readonly pid: number;
}

export function labsText(labs: readonly LabSummary[]): string {
  const rows = labs.map(({ name, nodes, pods, createdAt, file }) => [
    ...[name, `${nodes ?? '?'}`, `${pods ?? '?'}`],
    ...[age(createdAt), file ?? '?'],
  ]);
  return table(['LAB', 'NODES', 'PODS', 'AGE', 'FILE'], rows);
}
