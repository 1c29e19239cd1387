/** Errors as text for people and as an exit code. What is no error of netlab's own is a defect, and says so. */
import { formatDiagnostics, placeDiagnostics } from '../../language/diagnostic/format.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import { FailedError, InterruptedError, LabFileError, UsageError } from '../../lifecycle/errors.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { toHostError } from '../../sandbox/system-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { say } from '../write.ts';

export function reportError(error: unknown, io: Io, json: boolean): number {
  if (error instanceof LabFileError) return reportMistakes(error, io, json);
  if (error instanceof UsageError)
    return report(io, escapeControls(error.message), hintLines(error.hint), EXIT.wrongInput);
  const lacking = toHostError(error);
  if (lacking)
    return report(
      io,
      lacking.message,
      lacking.fixes.map(fix => `to mend it: ${fix}`),
      EXIT.hostLacks,
    );
  if (error instanceof FailedError) return report(io, error.message, error.details, EXIT.failed);
  if (error instanceof SandboxError) return report(io, error.message, [], EXIT.failed);
  if (error instanceof InterruptedError) return report(io, `interrupted: ${error.message}`, [], EXIT.interrupted);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return report(io, 'netlab itself failed; please report this', text.split('\n'), EXIT.failed);
}

const hintLines = (hint: string | undefined) => (hint === undefined ? [] : [`help: ${hint}`]);

function report(io: Io, message: string, details: readonly string[], code: number): number {
  const [title = '', ...more] = message.split('\n');
  const below = [...more, ...details.flatMap(line => line.split('\n'))];
  say(`${io.paint.err('error', 'error:')} ${title}`, io);
  for (const line of below) say(`  ${line}`, io);
  return code;
}

function reportMistakes({ diagnostics, sources }: LabFileError, io: Io, json: boolean): number {
  if (json) io.out(`${JSON.stringify({ diagnostics: placeDiagnostics(diagnostics, sources) }, null, 2)}\n`);
  else io.err(formatDiagnostics(diagnostics, sources, { paint: io.paint.err }));
  return EXIT.wrongInput;
}
