import { loadMap } from '../load-map.ts';
import '../widget/index.ts';
import { byId, element } from './dom.ts';
import { createDuel } from './duel.ts';
import { findReach } from './reach.ts';
import { runRivals } from './rivals.ts';
import { scenesFor, type Scene } from './scenes.ts';
import { createWeatherPanel, type WeatherPanel } from './weather-panel.ts';
import { loadWeather, weatherWriter, type WeatherState } from './weather-server.ts';
import { calm, weatherInWords } from './weather.ts';

function tellTrouble(message: string): void {
  const place = byId('trouble');
  place.hidden = false;
  place.textContent = message;
}

async function start(): Promise<void> {
  const [{ map }, state] = await Promise.all([loadMap('/relays.json'), loadWeather()]);
  const nameOf = (code: string): string => map.regions.find((region) => region.code === code)?.name ?? code;
  const duel = createDuel(map, { timeLine: byId('time-line'), words: byId('lanes'), spoken: byId('spoken') });
  const write = weatherWriter(tellTrouble);
  const panel = createWeatherPanel(map, state, (code, change, weather) => {
    write(code, change);
    duel.mark(code, `${code} ${weatherInWords(weather)}`);
  });
  byId('weather').append(panel.element);
  addScenes(state, panel, nameOf);
  // Another tab may have changed it meanwhile.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') loadWeather().then(panel.show, () => {});
  });

  const reach = await findReach(map);
  byId('reach').textContent = reach.sentence;
  const widget = document.querySelector('nearest-relay');
  if (widget) {
    widget.transports = reach.create();
    widget.map = map;
  }
  await runRivals({
    map, create: reach.create, signal: new AbortController().signal,
    heard(name, picked) {
      duel.heard(name, picked);
      for (const { id, code } of map.regions) panel.showMeasured(code, duel.last(id));
    },
  });
}

function addScenes(state: WeatherState, panel: WeatherPanel, nameOf: (code: string) => string): void {
  const { code, scenes } = scenesFor(state.relays, nameOf);
  let end: ReturnType<typeof setTimeout> | undefined;
  const play = ({ weather, lastsMs, hint }: Scene): void => {
    clearTimeout(end);
    if (weather) panel.set(code, weather);
    else panel.calmAll();
    if (lastsMs !== undefined) end = setTimeout(() => panel.set(code, calm), lastsMs);
    byId('scene').textContent = hint;
  };
  byId('scenes').append(...scenes.map((scene) => {
    const button = element('button', { type: 'button' }, scene.label);
    button.addEventListener('click', () => play(scene));
    return button;
  }));
}

start().catch((error: unknown) => tellTrouble(error instanceof Error ? error.message : String(error)));
