/**
 * Objects asked for keys that come from a file: `constructor` and `__proto__` are names like all others there.
 */
export function ownValue<T>(entries: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined;
}
