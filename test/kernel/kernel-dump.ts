/** The kernel's own words about all namespaces of a lab, or of a script that makes one, without what is never the same twice. */
import { inside, labFile, PROGRAM, run, type Who } from './harness.ts';

/** By namespace and question. */
export type KernelDump = Readonly<Record<string, unknown>>;

const QUESTIONS: readonly string[] = [
  'ip -d -j addr',
  'ip -j route show table all',
  'ip -j -6 route show table all',
  'tc -j qdisc show',
  'iptables-save',
  'ip6tables-save',
  'sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.bridge.bridge-nf-call-iptables',
];

/** Interfaces come up, and ports begin to forward, a moment after they are told to. */
const SETTLE = `for i in $(seq 100); do
  for ns in $(ls /run/netns | head -60); do ip -n $ns -d addr; done | grep -qE 'NO-CARRIER|state (DOWN|disabled|learning)|tentative' || break
  sleep 0.2
done
`;

/**
 * Containers need a moment until they are the program that they are to be: until nothing has changed in two moments in a
 * row, as in one of them the machine may have stood still.
 */
const PROCESSES = `programs() {
  grep -lE '^NSpid:[[:space:]][0-9]+[[:space:]]1$' /proc/[0-9]*/status 2>/dev/null | sed 's/status$/cmdline/' | xargs -r cat 2>/dev/null | cksum
}
if [ -n "$(ls -A /run/netlab/pods 2>/dev/null)" ]; then
  before= same=0
  for i in $(seq 120); do
    now=$(programs)
    if [ "$now" = "$before" ]; then same=$((same + 1)); else same=0; fi
    [ $same -ge 2 ] && break
    before=$now
    sleep 0.5
  done
fi
for ns in $(ls /run/netns); do
  echo "@@ $ns processes"
  for pid in $(ip netns pids $ns); do
    # The first of a PID namespace of its own.
    awk '/^NSpid:/ { exit !(NF == 3 && $3 == 1) }' /proc/$pid/status || continue
    {
      # A title of its own, which some programs write over both, ends in as many zeros as there is room.
      tr '\\0\\n' '  ' </proc/$pid/cmdline | sed 's/ *$//'
      tr '\\0' '\\n' </proc/$pid/environ | grep . | grep -vE '^(PATH|PWD|OLDPWD|SHLVL|_)=' | sort
      readlink /proc/$pid/cwd
      nsenter -t $pid -u hostname
      for kind in net uts ipc; do
        [ "$(readlink /proc/$pid/ns/$kind)" = "$(readlink /run/netlab/pods/$ns/ns/$kind)" ] && echo "$kind of the pod"
      done
      for path in /etc/hosts /etc/hostname /etc/resolv.conf; do cat /proc/$pid/root$path; done
      for path in /etc/hosts /etc/hostname /etc/resolv.conf /dev/shm /run /proc; do
        grep -q " $path " /proc/$pid/mountinfo && echo "$path is a mount"
      done
      ls /proc/$pid/root/run | grep -v '^mount$'
    } 2>/dev/null | tr '\\n' '|'
    echo
  done | sort
done
`;

function askScript(): string {
  const asks = QUESTIONS.map(question => `echo "@@ $ns ${question}"; ${inNamespace(question)} 2>/dev/null`);
  return `${SETTLE}for ns in $(ls /run/netns); do\n${asks.join('\n')}\ndone\n${PROCESSES}exit 0\n`;
}

const inNamespace = (question: string) =>
  /^(ip|tc) /.test(question) ? question.replace(' ', ' -n $ns ') : `ip netns exec $ns ${question}`;

export async function readKernel(who: Who, lab: string): Promise<KernelDump> {
  return parse((await inside(who, lab, null, ['sh', '-c', askScript()])).stdout);
}

/** Runs a script as root, but in a sandbox of its own that goes with it, and with no more than a PATH that has netlab. */
export async function readKernelOfScript(script: string): Promise<KernelDump> {
  const file = labFile(script, 'script');
  const commands = `mount -t tmpfs tmpfs /run && mkdir -p /run/netns && env -i PATH="$PATH:${PROGRAM}/bin" sh -e ${file} >/dev/null 2>&1 </dev/null && ${askScript()}`;
  const ran = await run(['unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-e', '-c', commands]);
  if (ran.code !== 0) throw new Error(`the script failed with ${ran.code}: ${ran.stderr}`);
  return parse(ran.stdout);
}

function parse(text: string): KernelDump {
  const answers = text
    .split(/^@@ /m)
    .slice(1)
    .map(part => {
      const [question = '', ...lines] = part.split('\n');
      const answer = lines.join('\n').trim();
      return [
        question,
        question.includes(' -j ') ? withoutChance(JSON.parse(answer || '[]')) : withoutCounters(answer),
      ];
    });
  return Object.fromEntries(answers);
}

const withoutCounters = (text: string) =>
  text
    .replace(/^#.*\n?|\[\d+:\d+\]/gm, '')
    .replace(EMPTY_TABLE, '')
    .split('\n');

/** A table without rules is as good as none: iptables makes one when it is asked about it. */
const EMPTY_TABLE = /^\*.*\n(:[A-Z]+ ACCEPT \n)*COMMIT\n?/gm;

/** Numbers the kernel counts up, timers, and what follows from a MAC address that it made up. */
const CHANCE =
  /^(ifindex|link_index|link_netnsid|.*_timer|.*_id|parent_dev_name|handle|id|no|designated_.*|operstate|linkmode)$/;

/** Those of a bridge with a pods' address, and those that labs give: long enough that the kernel never makes one up. */
const GIVEN = /^(0a:58:0a:f4|02:00:00:00:00|00:00:00:00:00|ff:ff:ff)/;
const isMadeUp = (text: string) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text) && !GIVEN.test(text);
const isLinkLocal = (value: unknown) => JSON.stringify(value).includes('"fe80:');

function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) return inOrder(value.filter(item => !isLinkLocalEntry(item)).map(withoutChance));
  if (typeof value === 'string') return isMadeUp(value) ? 'MAC' : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !CHANCE.test(key))
      .map(([key, item]) => [key, withoutChance(item)]),
  );
}

/** Routes to one destination are listed in the order in which they came. */
function inOrder(items: unknown[]): unknown[] {
  const key = (item: unknown) => JSON.stringify(item);
  return items.every(item => typeof item === 'object') ? items.sort((a, b) => (key(a) < key(b) ? -1 : 1)) : items;
}

/** Addresses and routes of fe80:: come and go while the kernel looks whether they are taken. */
function isLinkLocalEntry(item: unknown): boolean {
  return typeof item === 'object' && item !== null && ('local' in item || 'dst' in item) && isLinkLocal(item);
}
