/**
 * Objects asked for keys that come from a file: `constructor` and `__proto__` are names like all others there.
 */
export function ownValue<T>(entries: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/** Where a message is made of it, it is text; no key of a file is a symbol. */
const NO_KEYS: object = Object.freeze({ __proto__: null, [Symbol.toPrimitive]: () => '{…}' });

/** An object that has the keys of a file and no other. Behind `Object.create(null)` V8 keeps a table, in which looking up is slow. */
export const createEntries = (): Record<string, unknown> => Object.create(NO_KEYS);
