/** Scratch namespaces: the prefix of their names comes in, and they are gone; for a netlab that could not do it itself. */
import { listNamespaces } from '../linux/named-namespace.ts';
import { runCommands } from './run-commands.ts';

export function removeScratch(prefix: string): void {
  const names = listNamespaces().filter(ns => ns.startsWith(prefix));
  runCommands(
    names.map(ns => ({ ns: null, argv: ['ip', 'netns', 'del', ns] })),
    false,
  );
}
