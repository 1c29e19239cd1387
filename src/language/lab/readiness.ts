/** Which pods are not ready, as far as is known. */

/** Their keys. A pod without containers has no probe, and counts as ready. */
export type UnreadyPods = ReadonlySet<string>;
