/**
 * The pause process: PID 1 of a sandbox, whose life is the life of the lab.
 *
 * It says `ready` when the sandbox is made, and waits on its standard input. Anything but the word `commit`, end of
 * file above all, ends it; with it go the PID namespace and every other namespace, so a netlab that dies half-way
 * leaves nothing. After `commit` it stays, tied to nobody.
 *
 * Its argument vector, `sh -c SCRIPT netlab-pause LAB`, is how labs are found.
 */
export const PAUSE_NAME = 'netlab-pause';

/** Where the sandbox keeps what it knows of itself; on a tmpfs of its own, so that it dies with it. */
export const FOLDER = '/run/netlab';
/** What the tmpfs is called in the kernel's table of mounts. */
export const MOUNT_SOURCE = 'netlab';

/** Standard input of a pause process that was told `commit`; before, it is the pipe that it waits on. */
export const COMMITTED_INPUT = '/dev/null';

export const RECORD_FILE = `${FOLDER}/lab.json`;

/**
 * A fixed text: the lab's name is only ever an argument. /sys shows the links of the namespace that mounted it, hence
 * the new mount; a host that forbids it only has a less useful /sys. The shell's `wait` reaps what it has
 * adopted, which a plain `sleep` as PID 1 would leave as zombies.
 */
const SCRIPT = `umask 022
mount -t tmpfs -o mode=755,nosuid,nodev ${MOUNT_SOURCE} /run || exit 1
mkdir /run/netns ${FOLDER} || exit 1
mount -t sysfs -o nosuid,nodev,noexec netlab /sys 2>/dev/null
ip link set lo up || exit 1
echo ready
IFS= read -r word || exit 1
[ "$word" = commit ] || exit 1
exec <${COMMITTED_INPUT} || exit 1
echo committed
exec >/dev/null 2>&1
while :; do sleep 2147483647 & wait; done`;

const NAMESPACES = ['--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--mount-proc'] as const;
const OWN_USER_NAMESPACE = ['--user', '--map-root-user'] as const;

/** The command that makes a sandbox. Who is not privileged gets a user namespace in which they are. */
export function pauseArgv(lab: string, privileged: boolean): string[] {
  const user = privileged ? [] : OWN_USER_NAMESPACE;
  return ['unshare', ...user, ...NAMESPACES, 'sh', '-c', SCRIPT, PAUSE_NAME, lab];
}

/** The lab's name, if this is the argument vector of a pause process, whichever version of netlab started it. */
export function parsePauseArgv(argv: readonly string[]): string | undefined {
  const [shell, option, , name, lab, ...rest] = argv;
  return shell === 'sh' && option === '-c' && name === PAUSE_NAME && rest.length === 0 ? lab : undefined;
}
