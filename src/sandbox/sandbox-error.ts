/**
 * A sandbox, or the agent in it, went away while it was worked with, or a command failed there that should not. Ends netlab
 * with exit code 1: the host's doing, and no defect of netlab's.
 */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
