/** Exit codes, the same for every command. */
export const EXIT = { done: 0, failed: 1, wrongInput: 2, hostLacks: 3, interrupted: 130 } as const;
