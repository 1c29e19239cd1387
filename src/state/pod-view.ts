/**
 * The files and the hostname of a node, or of a pod that has no process to keep them: they are laid over the host's for one
 * command alone, and go with it. Nothing is made for what is never entered, and nothing is left.
 */

export interface PodView {
  readonly hostname: string;
  /** Texts by path; all of them are in /etc. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * A file can be mounted only over a file. Where the host has none, or a link that leads nowhere in a lab, the whole of
 * /etc is seen through a layer that has them.
 */
const SCRIPT = `hostname "$1"; shift
view=/run/netlab/view; mkdir -p $view; mount -t tmpfs -o mode=755,nosuid,nodev view $view
while [ "$1" != -- ]; do
  file=$view/\${1##*/}; printf %s "$2" >$file
  if [ -f "$1" ]; then mount --bind $file "$1"; else layer=1; fi
  shift 2
done
shift
[ -z "$layer" ] || mount -t overlay -o lowerdir=$view:/etc overlay /etc
exec "$@"`;

/** The beginning of a command in the pod's network namespace that finds them. */
export function viewArgv({ hostname, files }: PodView): string[] {
  return ['unshare', '--mount', '--uts', 'sh', '-ec', SCRIPT, 'sh', hostname, ...Object.entries(files).flat(), '--'];
}
