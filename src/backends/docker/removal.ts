/**
 * Removing containers, as Docker's client tells of it: what it says comes in, whether a name is free goes out.
 *
 * A container that Docker is already removing, because somebody else asked for it or it ended with `--rm`, keeps its name until
 * Docker is done. `docker rm --force` fails then, and so would a `docker run` with that name.
 */

/** Names that are not free by then stay taken, and the next `docker run` says so. */
export const REMOVAL_TIMEOUT_MS = 60_000;

export const isBeingRemoved = (said: string) => /already in progress/i.test(said);

/** Clients before 23.0 fail for it, also with `--force`. */
export const isMissing = (said: string) => /no such container/i.test(said);
