/** How long something took, as `1.25 s`: when it began comes in, in milliseconds of `performance.now()`. */
export function secondsSince(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}
