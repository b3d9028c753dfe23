import type { Region } from '../../universal/index.ts';
import { say } from '../widget/dom.ts';
import { element } from './dom.ts';
import type { Point } from './history.ts';
import { ranges, stepOf, type Range } from './steps.ts';
import { calm, presetName, presetOf, type Presets, type Weather } from './weather.ts';

export interface WeatherRow {
  readonly element: HTMLElement;
  show(weather: Weather): void;
  /** The last round trip, or that it did not answer. Undefined: no report waited for it yet. */
  showMeasured(last: Point | undefined): void;
}

export interface WeatherRowOptions {
  readonly region: Region;
  /** Place among the colours of the time line. */
  readonly colour: number;
  readonly rttMs: number;
  readonly presets: Presets;
  readonly change: (weather: Partial<Weather>) => void;
}

/** A group of controls, named after its relay. */
export function createWeatherRow({ region, colour, rttMs, presets, change }: WeatherRowOptions): WeatherRow {
  const { code, name } = region;
  const measured = element('output', { class: 'measured', 'aria-label': 'Measured round trip', 'aria-live': 'off' });
  const title = element('h3', { id: `relay-${code}` }, element('span', { class: `dot region-${colour}` }), name);
  const controls = ranges.map((range) => createRange(range, code, change));
  const preset = element('select', {},
    element('option', { value: '', disabled: true }, 'Own mix'),
    ...Object.keys(presets).map((key) => element('option', { value: key }, presetName(key))));
  const dead = element('input', { type: 'checkbox', role: 'switch' });

  preset.addEventListener('change', () => change({ ...calm, ...presets[preset.value] }));
  dead.addEventListener('change', () => change({ dead: dead.checked }));

  const row = element('div', { class: 'relay', role: 'group', 'aria-labelledby': `relay-${code}` },
    element('div', { class: 'relay-name' }, title, element('p', {}, `${code}, ${rttMs} ms away`, measured)),
    ...controls.map((control) => control.element),
    element('label', { class: 'preset' }, element('span', { class: 'label' }, 'Like'), preset),
    element('label', { class: 'dead' }, element('span', { class: 'label' }, 'Dead'), dead));

  return {
    element: row,
    show(weather) {
      for (const control of controls) control.show(weather);
      preset.value = presetOf(weather, presets) ?? '';
      dead.checked = weather.dead;
      row.classList.toggle('is-dead', weather.dead);
    },
    showMeasured(last) {
      say(measured, last === undefined ? 'not awaited' : last.ms === undefined ? 'no answer' : `${last.ms.toFixed(1)} ms`);
      measured.classList.toggle('is-silent', last !== undefined && last.ms === undefined);
      measured.classList.toggle('is-unknown', last === undefined);
    },
  };
}

function createRange(range: Range, code: string, change: (weather: Partial<Weather>) => void): { readonly element: HTMLElement; show(weather: Weather): void } {
  const id = `${code}-${range.field}`;
  const input = element('input', { id, type: 'range', min: 0, max: range.steps.length - 1, step: 1, value: 0 });
  const output = element('output', { for: id, 'aria-live': 'off' });
  const tell = (value: number): void => {
    const text = range.format(value);
    say(output, text);
    input.setAttribute('aria-valuetext', text);
  };
  input.addEventListener('input', () => {
    const value = range.steps[input.valueAsNumber] ?? 0;
    tell(value);
    change({ [range.field]: value });
  });
  return {
    element: element('div', { class: 'range' }, element('label', { for: id, class: 'label' }, range.label), input, output),
    show(weather) {
      const step = String(stepOf(range, weather));
      if (input.value !== step) input.value = step;
      tell(weather[range.field]);
    },
  };
}
