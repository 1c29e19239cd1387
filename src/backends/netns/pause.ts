/**
 * The pause process: PID 1 of a sandbox, whose life is the life of the lab.
 *
 * It says `ready` when the sandbox is made, and waits on its standard input. Anything but the words `kubelet` and
 * `commit`, end of file above all, ends it; with it go the PID namespace and every other namespace, so a netlab that
 * dies half-way leaves nothing. After `commit` it stays, tied to no process.
 *
 * A lab that has containers has a kubelet: this process starts it, and starts it again should it ever end.
 *
 * Its argument vector, `sh -c SCRIPT netlab-pause LAB`, is how labs are found. Where the lab's nodes are containers,
 * the socket of the Docker that runs them follows.
 */
import {
  COMMITTED_INPUT,
  FOLDER,
  HOST_DOCKER,
  HOST_PROC,
  IDLE_ARGV,
  START_KUBELET_FILE,
} from '../../memory/folders.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';

type LabIdentity = Pick<RunningLab, 'name' | 'docker'>;

export const PAUSE_NAME = 'netlab-pause';

/** What the tmpfs is called in the kernel's table of mounts. */
export const MOUNT_SOURCE = 'netlab';

const MEMORY = `mount -t tmpfs -o mode=755,nosuid,nodev ${MOUNT_SOURCE} /run || exit 1
mkdir /run/netns ${FOLDER} || exit 1`;

/**
 * The same with the host's /proc and its Docker's socket, which is often below the /run that is covered here: so the
 * tmpfs is made somewhere else, and moved when both are in it.
 */
const MEMORY_WITH_DOCKER = `mount -t tmpfs -o mode=755,nosuid,nodev ${MOUNT_SOURCE} /sys || exit 1
mkdir -p /sys/netns /sys${FOLDER.slice('/run'.length)}/host-proc || exit 1
: >/sys${HOST_DOCKER.slice('/run'.length)} || exit 1
mount --bind /proc /sys${HOST_PROC.slice('/run'.length)} || exit 1
mount --bind "$2" /sys${HOST_DOCKER.slice('/run'.length)} || exit 1
mount -n --move /sys /run || exit 1
mount -t proc proc /proc || exit 1`;

/**
 * A fixed text: the lab's name is only ever an argument. /sys shows the links of the namespace that mounted it, hence
 * the new mount; a host that forbids it only has a less useful /sys. The shell's `wait` reaps what it has
 * adopted, which a plain `sleep` as PID 1 would leave as zombies.
 */
const script = (memory: string) => `umask 022
${memory}
mount -t sysfs -o nosuid,nodev,noexec netlab /sys 2>/dev/null
ip link set lo up || exit 1
start_kubelet() { sh ${START_KUBELET_FILE} </dev/null >/dev/null 2>&1 & }
echo ready
while IFS= read -r word && [ "$word" = kubelet ]; do start_kubelet; done
[ "$word" = commit ] || exit 1
exec <${COMMITTED_INPUT} || exit 1
echo committed
exec >/dev/null 2>&1
job=$!
while :; do
  if [ -n "$job" ]; then :
  elif [ -e ${START_KUBELET_FILE} ]; then start_kubelet; job=$!
  else
    ${IDLE_ARGV.join(' ')} & job=$!
    [ ! -e ${START_KUBELET_FILE} ] || kill "$job"
  fi
  wait "$job"
  job=
  [ ! -e ${START_KUBELET_FILE} ] || sleep 1
done`;

const NAMESPACES = ['--net', '--mount', '--pid', '--uts', '--ipc', '--fork'] as const;
const OWN_USER_NAMESPACE = ['--user', '--map-root-user'] as const;

/** The command that makes a sandbox. Who is not privileged gets a user namespace in which they are. */
export function pauseArgv({ name, docker }: LabIdentity, privileged: boolean): string[] {
  const user = privileged ? [] : OWN_USER_NAMESPACE;
  const shell = (text: string) => ['sh', '-c', text, PAUSE_NAME, name];
  if (docker === null) return ['unshare', ...user, ...NAMESPACES, '--mount-proc', ...shell(script(MEMORY))];
  return ['unshare', ...user, ...NAMESPACES, ...shell(script(MEMORY_WITH_DOCKER)), docker];
}

/** Which lab this is the argument vector of a pause process of, whichever version of netlab started it. */
export function parsePauseArgv(argv: readonly string[]): LabIdentity | undefined {
  const [shell, option, , pause, name, docker = null, ...rest] = argv;
  if (shell !== 'sh' || option !== '-c' || pause !== PAUSE_NAME || rest.length > 0) return undefined;
  return name === undefined ? undefined : { name, docker };
}
