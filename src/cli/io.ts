/** Where a command reads and writes: injected, so that commands can be run without a process of their own. */
import type { Paint } from './paint.ts';

export interface Io {
  /** Data; bytes where they need not be text. */
  out(text: string | Uint8Array): void;
  /** Progress and messages. */
  err(text: string): void;
  readStdin(): Promise<string>;
  /** Raised once nobody reads any more what goes to `out`. */
  readonly outLost: AbortSignal;
  readonly cwd: string;
  /** Whether stderr is a terminal that may be painted and redrawn. */
  readonly live: boolean;
  /** As many colours as stdout and stderr may have. */
  readonly paint: { readonly out: Paint; readonly err: Paint };
  /** From now on Ctrl-C, SIGTERM and a closed terminal do not end this process, but raise the signal. */
  catchSignals(): AbortSignal;
}
