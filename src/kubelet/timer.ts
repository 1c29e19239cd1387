/** One thing that is to happen later, instead of what was to happen before. */
export interface Timer {
  set(ms: number, action: () => void): void;
  clear(): void;
  isSet(): boolean;
}

export function makeTimer(): Timer {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    clear,
    isSet: () => timer !== undefined,
    set: (ms, action) => {
      clear();
      timer = setTimeout(() => {
        timer = undefined;
        action();
      }, ms);
    },
  };
}
