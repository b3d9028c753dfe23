import { createPicker as createCorePicker, steady, type Picker, type PickerOptions, type Strategy } from '../core/index.ts';
import { systemClock } from './clock.ts';

/** As `PickerOptions`; the strategy is `steady()`, the clock and chance are the platform's unless given. */
export type DefaultedPickerOptions<S> = Omit<PickerOptions<S>, 'strategy' | 'clock' | 'random'> & Partial<Pick<PickerOptions<S>, 'strategy' | 'clock' | 'random'>>;

/** The loop that asks the strategy, measures, reports and publishes. See `Picker`. */
export function createPicker<S>(options: DefaultedPickerOptions<S>): Picker {
  const { clock = systemClock(), random = Math.random } = options;
  const strategy: Strategy<unknown> = options.strategy ?? steady();
  return createCorePicker({ ...options, strategy, clock, random });
}
