/** All that tests put into the temporary folder goes with them, even where a test's own process was killed. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function makeTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-tests-'));
  // Tests play other users, too.
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  // What a test has left may still be writing.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
