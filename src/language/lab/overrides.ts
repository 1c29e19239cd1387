/** What the command line says in place of the lab file. */
import type { BackendName } from './lab.ts';

export interface Overrides {
  readonly backend?: BackendName | undefined;
  /** The image of containers that name none. */
  readonly image?: string | undefined;
}
