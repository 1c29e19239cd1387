/** A command in the sandbox failed that should not: the host's doing, and no defect of netlab's. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
