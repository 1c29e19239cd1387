/** Which pods are not ready, as far as anybody knows. */

/** Their keys. A pod without containers has nobody who could say so, and counts as ready. */
export type UnreadyPods = ReadonlySet<string>;
