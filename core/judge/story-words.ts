import { formatInstant } from '../report/instant.ts';

/** An instant to the second, UTC. */
export const sayInstant = (epochMs: number): string => formatInstant(Math.round(epochMs / 1_000) * 1_000);

const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const;

/** A stretch of time in its two largest units, such as `1 h 27 min`. Below two minutes in seconds. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const first = units.findIndex(([size, unit]) => unit === 's' || seconds >= (unit === 'min' ? 120 : size));
  const [large, small] = [units[first], units[first + 1]];
  if (!large) return `${seconds} s`;
  const rest = small ? Math.floor((seconds % large[0]) / small[0]) : 0;
  return `${Math.floor(seconds / large[0])} ${large[1]}${small && rest > 0 ? ` ${rest} ${small[1]}` : ''}`;
}

/** `1 report`, `3 reports`. */
export const sayCount = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** `once`, `twice`, `5 times`. */
export const sayTimes = (count: number): string => (count === 0 ? 'never' : count === 1 ? 'once' : count === 2 ? 'twice' : `${count.toLocaleString('en')} times`);
