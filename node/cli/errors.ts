/** Bad usage or bad input: one line on stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

export const exitCodes = { homeChosen: 0, nothingAnswered: 1, badInput: 2, interrupted: 130 } as const;

const variables: Readonly<Record<string, string>> = { '--map': 'NEAREST_RELAY_MAP', '--force': 'NEAREST_RELAY_FORCE', '--fake': 'NEAREST_RELAY_FAKE' };

/** A message that begins with a flag which was not given is about the variable that stands in for it. */
export function namesSource(message: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const flag = /^--\w+/.exec(message)?.[0] ?? '';
  const variable = Object.hasOwn(variables, flag) ? variables[flag] : undefined;
  // A map may also come from the edge.
  const isGiven = args.some((arg) => arg === flag || arg.startsWith(`${flag}=`) || (flag === '--map' && arg.startsWith('--edge')));
  return variable && env[variable] && !isGiven ? variable + message.slice(flag.length) : message;
}
