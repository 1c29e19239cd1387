/** Which pods are not ready, as far as anybody knows. */

/** Whether a pod is not ready just now; pods of which nothing is known are. */
export type IsUnready = (pod: string) => boolean;
