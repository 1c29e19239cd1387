/**
 * `$(NAME)` in the command, the arguments and the variables of a container, as Kubernetes reads it: the variable of that name,
 * and the text itself where there is none. `$$(NAME)` is `$(NAME)`.
 *
 * Kubernetes makes one `$` of any two. Here two are left alone where no `$(` follows, as a shell's own `$$` is more often meant.
 */
import type { Container } from '../../../language/lab/lab.ts';

type Variables = Readonly<Record<string, string>>;

export function withReferences<C extends Pick<Container, 'command' | 'args' | 'env'>>(container: C): C {
  const env = expandEnv(container.env);
  const expand = (words: readonly string[]) => words.map(word => expandText(word, env));
  return {
    ...container,
    env: Object.fromEntries(env),
    command: expand(container.command),
    args: expand(container.args),
  };
}

/** A variable knows those before it. */
function expandEnv(env: Variables): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) known.set(name, expandText(value, known));
  return known;
}

const REFERENCE = /\$\$(?=\$*\()|\$\(([^)]*)\)/g;

function expandText(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(REFERENCE, (whole, name: string | undefined) =>
    name === undefined ? '$' : (known.get(name) ?? whole),
  );
}
