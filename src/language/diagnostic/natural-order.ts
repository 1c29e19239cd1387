/** The order of names in which people count. */

/** `web-2` before `web-10`: numbers are compared as numbers. */
export function naturalKey(name: string): string {
  return name.replace(/\d+/g, digits => digits.padStart(12, '0'));
}
