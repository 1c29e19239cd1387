/** Where a command reads and writes: injected, so that commands can be run without a process of their own. */
export interface Io {
  /** Data; bytes where they need not be text. */
  out(text: string | Uint8Array): void;
  /** Progress and messages. */
  err(text: string): void;
  readStdin(): Promise<string>;
  readonly cwd: string;
  /** Whether stderr is a terminal that may be painted and redrawn. */
  readonly live: boolean;
  /** Whether stdout and stderr may have colours. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** From now on Ctrl-C, SIGTERM and a closed terminal do not end this process, but raise the signal. */
  catchSignals(): AbortSignal;
}
