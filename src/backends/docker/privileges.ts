/**
 * What a Docker in a container takes of privileges: all there are, or, where the host itself lacks a capability, all but
 * those. `--privileged` asks for every one, and fails then.
 */

/** capabilities(7), by number. */
const NAMES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  ...['CHECKPOINT_RESTORE'],
] as const;

/** `bounding`: the capabilities that a process of this host may have, as a mask; `last`: the highest that the kernel has. */
export function nodeFlags(bounding: bigint, last: number): string[] {
  const missing = NAMES.slice(0, last + 1).filter((_, bit) => (bounding & (1n << BigInt(bit))) === 0n);
  if (missing.length === 0) return ['--privileged'];
  return [
    ...['--cap-add', 'ALL', ...missing.flatMap(name => ['--cap-drop', name])],
    ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap(word => [
      '--security-opt',
      word,
    ]),
    ...['--cgroupns', 'private'],
  ];
}
