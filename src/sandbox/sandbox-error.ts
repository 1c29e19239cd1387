/** A sandbox, or the worker in it, went away while it was worked with. Ends netlab with exit code 1; no defect. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
