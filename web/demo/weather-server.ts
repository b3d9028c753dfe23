import type { Presets, RelayWeather, Weather } from './weather.ts';

export interface WeatherState {
  readonly relays: readonly RelayWeather[];
  readonly presets: Presets;
}

const timeoutMs = 5_000;

/** The weather as the command has it. Rejects in words where it does not answer. */
export const loadWeather = async (): Promise<WeatherState> => (await ask('/weather')).json() as Promise<WeatherState>;

/**
 * Changes weather, one request a relay at a time: what comes while one is under way waits and goes as one, so that a control
 * that is dragged sends its last value last, and few before.
 */
export function weatherWriter(fail: (message: string) => void): (code: string, weather: Partial<Weather>) => void {
  const waiting = new Map<string, Partial<Weather>>();
  const busy = new Set<string>();

  async function write(code: string): Promise<void> {
    busy.add(code);
    try {
      for (let weather = waiting.get(code); weather; weather = waiting.get(code)) {
        waiting.delete(code);
        await ask('/weather', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, weather }) });
      }
    } catch (error) {
      waiting.delete(code);
      fail((error as Error).message);
    } finally {
      busy.delete(code);
    }
  }

  return (code, weather) => {
    waiting.set(code, { ...waiting.get(code), ...weather });
    if (!busy.has(code)) void write(code);
  };
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(path, { ...init, signal: AbortSignal.timeout(timeoutMs) }).catch(() => {
    throw new Error('The command does not answer any more: start it again, and load this page anew.');
  });
  if (answer.ok) return answer;
  const { detail } = (await answer.json().catch(() => ({}))) as { readonly detail?: string };
  throw new Error(`The lab refused: ${detail ?? `status ${answer.status}`}`);
}
