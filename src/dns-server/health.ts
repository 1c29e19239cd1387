/**
 * Where a kubelet asks the server whether it is well, as CoreDNS' plugins `health` and `ready` have it. A port that is open
 * says little: the kernel goes on taking connections for a program that hangs.
 */
import { createServer } from 'node:http';

const PATHS = ['/health', '/ready'];

/** Resolves when it can be asked. */
export function answerHealth(port: number): Promise<void> {
  const server = createServer(({ url = '' }, response) => {
    const isKnown = PATHS.includes(url);
    response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'text/plain' }).end(isKnown ? 'OK\n' : 'not found\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, resolve);
  });
}
