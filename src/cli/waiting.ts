/** What a person reads while another netlab works on the same lab. */
import type { Backend, LockHolder, LockOptions } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';
import { say } from './write.ts';

export function sayWaiting(lab: string, io: Io): Required<Pick<LockOptions, 'onWait' | 'onSilence' | 'onStranger'>> {
  return {
    onWait: ({ what, pid }: LockHolder) =>
      say(`waiting for another ${what === '' ? 'netlab' : what} of lab ${lab} (process ${pid}) to end`, io),
    onStranger: uid => say(`note: user ${uid} has taken the name of the lock of lab ${lab}; it does not count`, io),
    onSilence: () => say(`waiting for another netlab of lab ${lab} to end; it does not answer: is it stopped?`, io),
  };
}

/** What is done at once is not worth a word. */
const WORTH_MS = 1000;

/** The same backend; where a lab is looked at, and another netlab changes it meanwhile, that is said. */
export function tellWaits(backend: Backend, io: Io): Backend {
  const tell = async (lab: string) => {
    const holder = await backend.findLockHolder(lab).catch(() => undefined);
    return holder && (() => sayWaiting(lab, io).onWait(holder));
  };
  return {
    ...backend,
    open: async running => {
      const sandbox = await backend.open(running);
      return { ...sandbox, settle: () => sayWhereLong(sandbox.settle(), () => tell(running.name)) };
    },
  };
}

/** `find` gives what says it, if there is something to say; what has ended by then is no longer waited for. */
async function sayWhereLong<T>(work: Promise<T>, find: () => Promise<(() => void) | undefined>): Promise<T> {
  let isOver = false;
  const timer = setTimeout(async () => {
    const sayIt = await find();
    if (!isOver) sayIt?.();
  }, WORTH_MS);
  try {
    return await work;
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}
