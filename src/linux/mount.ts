/** mount(8) in short: the words of a command come in, the system call goes out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as libc from './libc.ts';

const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_BIND = 4096;
const MS_REC = 16384;
const MS_PRIVATE = 1 << 18;
const MNT_DETACH = 2;

const FLAGS: Readonly<Record<string, number>> = { nosuid: MS_NOSUID, nodev: MS_NODEV };

/**
 * Performs `hostname NAME`, `mkdir -p PATH`, `install -D /dev/null PATH`, `mount --bind FROM TO`, `mount --rbind FROM TO`
 * or `mount -t TYPE -o OPTIONS SOURCE TARGET`.
 */
export function perform(words: readonly string[]): void {
  const [tool, first = '', ...rest] = words;
  if (tool === 'hostname') libc.check('sethostname', libc.sethostname(first, Buffer.byteLength(first)));
  else if (tool === 'mkdir') mkdirSync(rest[0] ?? '', { recursive: true });
  else if (tool === 'install') makeFile(rest[1] ?? '');
  else if (first === '--bind') bind(rest[0] ?? '', rest[1] ?? '');
  else if (first === '--rbind') bind(rest[0] ?? '', rest[1] ?? '', MS_REC);
  else mountNew(rest[0] ?? '', rest[2] ?? '', rest[3] ?? '', rest[4] ?? '');
}

export function bind(from: string, to: string, flags = 0): void {
  libc.check(`mount --bind ${from} ${to}`, libc.mount(from, to, null, MS_BIND | flags, null));
}

function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

export function mountNew(type: string, options: string, source: string, target: string): void {
  const words = options.split(',').filter(word => word !== '');
  const flags = words.reduce((all, word) => all | (FLAGS[word] ?? 0), 0);
  const data = words.filter(word => FLAGS[word] === undefined).join(',');
  libc.check(`mount -t ${type} ${target}`, libc.mount(source, target, type, flags, data));
}

/** From here on nothing that is mounted here shows elsewhere, nor the other way round. */
export function makeAllPrivate(): void {
  libc.check('mount --make-rprivate /', libc.mount(null, '/', null, MS_REC | MS_PRIVATE, null));
}

/** Unmounts a path and all below it. */
export function detachAll(path: string): void {
  while (libc.umount2(path, MNT_DETACH) === 0);
}
