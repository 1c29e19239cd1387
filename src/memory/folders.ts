/**
 * Where netlab, the agent and the kubelet leave what they have for each other: paths in the lab's memory.
 *
 * What should run is a manifest a process, as kubelet reads static pods: the agent writes and removes them,
 * and the kubelet brings the processes in line. What does run it writes down for each.
 */

import { containerName } from '../state/container.ts';
import { containerFolder, podFolder } from '../state/pod-folder.ts';

/** A tmpfs of the sandbox's own has it, so that it dies with the lab. */
export const FOLDER = '/run/netlab';

/** This host's own /proc, and the socket of its Docker: only in a lab whose nodes are containers. */
export const HOST_PROC = `${FOLDER}/host-proc`;
export const HOST_DOCKER = `${FOLDER}/docker.sock`;

/** What is known of the lab as a whole. */
export const RECORD_FILE = `${FOLDER}/lab.json`;

/** Standard input of a pause process that was told `commit`; before, it is the pipe that it waits on. */
export const COMMITTED_INPUT = '/dev/null';

/** What the pause process waits on while there is no kubelet to wait for. */
export const IDLE_ARGV = ['sleep', '2147483647'] as const;

/** A shell script that becomes the kubelet; there while the lab needs one. */
export const START_KUBELET_FILE = `${FOLDER}/start-kubelet`;

export const MANIFESTS = `${FOLDER}/manifests`;

/** The kubelet's own process, as JSON. */
export const KUBELET_FILE = `${FOLDER}/kubelet.json`;

/** Locked while there is a kubelet. */
export const KUBELET_LOCK = `${FOLDER}/kubelet.lock`;

/** What the kubelet itself has failed at. */
export const KUBELET_LOG = `${FOLDER}/kubelet.log`;

/** Which pods the chains take for not ready, as JSON. */
export const CHAINS_FILE = `${FOLDER}/chains.json`;

/** Why chains could not be rewritten the last time. */
export const ENDPOINTS_LOG = `${FOLDER}/endpoints.log`;

export const manifestPath = (ns: string, container?: string) =>
  `${MANIFESTS}/${container === undefined ? ns : containerName(ns, container)}.json`;

export const podStatePath = (ns: string) => `${podFolder(ns)}/state.json`;
export const containerStatePath = (ns: string, name: string) => `${containerFolder(ns, name)}/state.json`;
export const outputPath = (ns: string, name: string) => `${containerFolder(ns, name)}/output`;
export const logPath = (ns: string, name: string) => `${containerFolder(ns, name)}/log`;
/** What the log was before it grew too long. */
export const olderLogPath = (ns: string, name: string) => `${containerFolder(ns, name)}/log.1`;
