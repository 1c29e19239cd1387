/** Images for the tests' own Docker, made of this machine's own programs, as no registry is reached. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { TestDocker } from './docker-host.ts';

type Docker = TestDocker['docker'];

/** Under the names that labs use where their files say nothing. */
export async function makeImages(docker: Docker, folder: string): Promise<void> {
  const pod = `${folder}/pod`;
  layBusybox(pod);
  await importImage(docker, pod, 'busybox:stable');
  const node = `${folder}/node`;
  layBusybox(node);
  symlinkSync('/run', `${node}/var/run`);
  for (const name of ['dockerd', 'docker', 'containerd', 'containerd-shim-runc-v2', 'runc']) layProgram(name, node);
  await importImage(docker, node, 'docker:dind');
}

const NGINX_CONF = `user root;
events {}
http { server { listen 80; root /usr/share/nginx/html; } }
`;

/** As the official image has it: an entrypoint that prepares, and then runs what it is given. */
const ENTRYPOINT = '#!/bin/sh\nexec "$@"\n';

/** `nginx:stable`, of this machine's own nginx. */
export async function makeNginxImage({ docker, folder }: Pick<TestDocker, 'docker' | 'folder'>): Promise<void> {
  const root = `${folder}/nginx`;
  layBusybox(root);
  layProgram('nginx', root);
  for (const path of ['etc/nginx', 'usr/share/nginx/html', 'var/log/nginx', 'var/lib/nginx'])
    mkdirSync(`${root}/${path}`, { recursive: true });
  writeFileSync(`${root}/etc/passwd`, 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(`${root}/etc/group`, 'root:x:0:\n');
  writeFileSync(`${root}/etc/nginx/nginx.conf`, NGINX_CONF);
  writeFileSync(`${root}/usr/share/nginx/html/index.html`, '<title>Welcome to nginx!</title>\n');
  writeFileSync(`${root}/docker-entrypoint.sh`, ENTRYPOINT, { mode: 0o755 });
  await importImage(docker, root, 'nginx:stable', [
    'ENTRYPOINT ["/docker-entrypoint.sh"]',
    'CMD ["nginx", "-g", "daemon off;"]',
  ]);
}

/** `changes` are what a Dockerfile says of how it is run. */
async function importImage(
  docker: Docker,
  folder: string,
  name: string,
  changes: readonly string[] = [],
): Promise<void> {
  const archive = `${folder}.tar`;
  execFileSync('tar', ['-C', folder, '-cf', archive, '.']);
  const made = await docker('import', ...changes.flatMap(change => ['--change', change]), archive, name);
  if (made.code !== 0) throw new Error(made.stderr);
  for (const path of [archive, folder]) rmSync(path, { recursive: true });
}

function layBusybox(root: string): void {
  for (const name of ['bin', 'etc', 'proc', 'run', 'sys', 'tmp', 'var'])
    mkdirSync(`${root}/${name}`, { recursive: true });
  layProgram('busybox', root, '/bin/busybox');
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of applets) if (name !== 'busybox') symlinkSync('busybox', `${root}/bin/${name}`);
}

/** With the libraries that it is linked to. */
function layProgram(name: string, root: string, at?: string): void {
  const file = findProgram(name);
  if (file === undefined) throw new Error(`${name} is not installed`);
  lay(file, `${root}${at ?? `/bin/${basename(file)}`}`);
  for (const library of librariesOf(file)) lay(library, `${root}${library}`);
}

function lay(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function librariesOf(file: string): string[] {
  try {
    return execFileSync('ldd', [file], { encoding: 'utf8', stdio: 'pipe' }).match(/\/\S+/g) ?? [];
  } catch {
    return []; // It is linked to none.
  }
}

export function findProgram(name: string): string | undefined {
  const folders = `${process.env['PATH']}:/usr/sbin:/sbin`.split(':');
  return folders.map(folder => `${folder}/${name}`).find(path => existsSync(path));
}
