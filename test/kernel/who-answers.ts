/**
 * Servers that say who they are and whom they see, and a client that asks them: what the tests of Services and of the way
 * in and out have in common.
 */
import { inside, type Who } from './harness.ts';
import { until } from './until.ts';

/** Answers every TCP connection and UDP packet with its name and the address that it sees, on both families. */
const SERVER = `
import socket, sys, threading
name, port = sys.argv[1], int(sys.argv[2])
def say(peer): return f"{name} {peer[0].replace('::ffff:', '')}".encode()
def udp():
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", port))
    while True:
        _, peer = s.recvfrom(99); s.sendto(say(peer), peer)
threading.Thread(target=udp, daemon=True).start()
s = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=99)
while True:
    c, peer = s.accept()
    c.sendall(say(peer)); c.close()
`;

/** The answer, or `refused`, `no answer`, or the name of the error. A datagram that is lost on a busy machine is sent again. */
const CLIENT = `
import errno, socket, sys
protocol, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM); s.settimeout(30)
def ask():
    s.connect((address, port))
    if protocol == "tcp": return s.recv(99).decode()
    s.settimeout(5)
    for _ in range(6):
        s.send(b"?")
        try: return s.recv(99).decode()
        except socket.timeout: pass
    return "no answer"
try: print(ask())
except socket.timeout: print("no answer")
except OSError as e: print("refused" if e.errno == errno.ECONNREFUSED else errno.errorcode.get(e.errno, repr(e)))
`;

export const serverArgv = (name: string, port: number) => ['python3', '-c', SERVER, name, String(port)];

/** `web 10.244.0.2`: who answered, and whom it saw. */
export async function ask(who: Who, lab: string, from: string, address: string, port: number, protocol = 'tcp') {
  const argv = ['python3', '-c', CLIENT, protocol, address, String(port)];
  return (await inside(who, lab, from, argv)).stdout.trim();
}

/** The kernel first asks whether somebody else has an IPv6 address (RFC 4862), and does not use it meanwhile. */
export async function untilIpv6IsInUse(who: Who, lab: string): Promise<void> {
  const look = 'cd /run/netns; for ns in *; do ip -n "$ns" -6 addr show tentative; done';
  await until(
    'no IPv6 address is tentative',
    async () => (await inside(who, lab, null, ['sh', '-c', look])).stdout,
    tentative => tentative === '',
  );
}
