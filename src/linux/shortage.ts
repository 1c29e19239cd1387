/** What the kernel has no more of to give: an error comes in, whether it is of that kind goes out. */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';

const { EAGAIN } = os.constants.errno;
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Of a process that cannot be started: by its number. */
export const isShortage = (errno: number) => errno === EAGAIN || SHORTAGES.has(getSystemErrorName(-errno));

/** Of a file that cannot be opened for lack of something nobody knows whether it is there: it must not pass for missing. */
export function throwShortage(error: unknown): void {
  if (SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
}
