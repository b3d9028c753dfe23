import { formatShare, type Weather } from './weather.ts';

/** One figure of the weather as a range: its steps are close where little matters much, and far apart where it does not. */
export interface Range {
  readonly field: 'delayMs' | 'jitterMs' | 'lossRate';
  readonly label: string;
  readonly steps: readonly number[];
  format(value: number): string;
}

const formatMs = (ms: number): string => `${ms} ms`;

export const ranges: readonly Range[] = [
  { field: 'delayMs', label: 'Delay', steps: [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 25, 30, 40, 50, 70, 100, 150, 200, 250, 300, 400, 600, 1000, 2000], format: formatMs },
  { field: 'jitterMs', label: 'Jitter', steps: [0, 0.2, 0.5, 1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 50, 80, 120, 200, 500, 1000], format: formatMs },
  { field: 'lossRate', label: 'Loss', steps: [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1], format: formatShare },
];

/** The step that is nearest to a value: presets have values of their own. */
export function stepOf({ steps, field }: Range, weather: Weather): number {
  const away = (step: number): number => Math.abs((steps[step] ?? Infinity) - weather[field]);
  return steps.reduce((nearest, _, step) => (away(step) < away(nearest) ? step : nearest), 0);
}
