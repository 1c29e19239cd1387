/** Waiting on the main thread: the agent does one thing at a time. */
const NAP_MS = 20;
const cell = new Int32Array(new SharedArrayBuffer(4));

/** Looks until the test holds or the time is over. */
export function waitUntil(test: () => boolean, timeoutMs: number): void {
  const deadline = performance.now() + timeoutMs;
  while (!test() && performance.now() < deadline) Atomics.wait(cell, 0, 0, NAP_MS);
}
