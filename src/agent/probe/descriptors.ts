/** How many files this process may still open. */
import { readdirSync, readFileSync } from 'node:fs';

/** Left to all else that the agent opens meanwhile. */
const SPARE_DESCRIPTORS = 64;

export function freeDescriptors(): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
  return Math.max(16, limit - readdirSync('/proc/self/fd').length - SPARE_DESCRIPTORS);
}
