/** The host lacks something: a command, a kernel feature, a permission. Ends netlab with exit code 3. */
export class HostError extends Error {
  override readonly name = 'HostError';
  /** What to type or change so that it works; one line each. */
  readonly fixes: readonly string[];
  constructor(message: string, fixes: readonly string[] = []) {
    super(message);
    this.fixes = fixes;
  }
}
