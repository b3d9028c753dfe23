/** Bad usage or bad input: one line on stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

export const exitCodes = { homeChosen: 0, nothingAnswered: 1, badInput: 2, interrupted: 130 } as const;
