/** A container's state in one line, for people. */
import type { ContainerStatus } from '../sandbox/container-status.ts';

/** `running`, `running, not ready`, `CrashLoopBackOff, exit code 1, starts again in 7 s` */
export function stateOf({ state, reason, ready, exitCode, message, nextStartAt }: ContainerStatus): string {
  const running = ready ? 'running' : 'running, not ready';
  const code = state !== 'running' && exitCode !== null && exitCode !== 0 ? [`exit code ${exitCode}`] : [];
  const wait = nextStartAt === null ? 0 : Math.ceil((nextStartAt - Date.now()) / 1000);
  return [
    state === 'running' ? running : reason,
    ...code,
    ...(message === '' ? [] : [message]),
    ...(wait > 0 ? [`starts again in ${wait} s`] : []),
  ].join(', ');
}
