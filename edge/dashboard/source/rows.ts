import type { FleetView, LatencyView, LocationView, RegionView } from '../../fleet/view-form.ts';
import { ageText, countText, msText, placeText } from './format.ts';
import type { Cell, Rows } from './table.ts';

const words = { answers: 'answers', missed: 'missed once', dead: 'dead', unknown: 'no answer yet' } as const;

/** Regions as all locations see them, or as one does. What needs a look comes first, then the nearest. */
export function regionRows(view: FleetView, code: string): Rows {
  const location = view.locations.find((one) => one.code === code);
  return location ? seenFrom(view.regions, location) : seenFromAll(view.regions);
}

const nameOf = ({ code, name }: RegionView, state: keyof typeof words, isSlower: boolean): Cell => {
  const small = [name === code ? '' : name, state === 'answers' ? (isSlower ? 'got slower' : '') : words[state]].filter(Boolean).join(', ');
  return { text: code, small, ...((state === 'dead' || isSlower) && { tone: 'bad' }) };
};

function seenFromAll(regions: readonly RegionView[]): Rows {
  const sorted = [...regions].sort((a, b) => Number(b.state === 'dead') - Number(a.state === 'dead') || Number(Boolean(b.slower)) - Number(Boolean(a.slower)) || (a.nearest?.medianMs ?? Infinity) - (b.nearest?.medianMs ?? Infinity) || 0);
  return {
    heads: ['Region', 'Nearest location', 'Clients’ best', 'Lost on the path'],
    empty: 'The map has no regions.',
    rows: sorted.map((region) => {
      const { nearest, regret } = region;
      return [
        nameOf(region, region.state, region.slower !== undefined),
        { text: msText(nearest?.medianMs), small: nearest?.location ?? '' },
        { text: msText(regret?.bestMs), small: regret ? countText(regret.clients, 'client') : '' },
        { text: msText(regret?.pathMs), small: regret?.choiceMs ? `${msText(regret.choiceMs)} by choice` : '' },
      ];
    }),
  };
}

function seenFrom(regions: readonly RegionView[], location: LocationView): Rows {
  const seen = regions.flatMap((region): { region: RegionView; latency: LatencyView }[] => {
    const latency = location.regions[region.id];
    return latency ? [{ region, latency }] : [];
  }).sort((a, b) => Number(b.latency.state === 'dead') - Number(a.latency.state === 'dead') || (a.latency.latencyMs ?? a.latency.medianMs ?? Infinity) - (b.latency.latencyMs ?? b.latency.medianMs ?? Infinity) || 0);
  return {
    heads: ['Region', 'Now', 'Median', 'Asked'],
    empty: `${location.code} has not measured yet.`,
    rows: seen.map(({ region, latency }) => [
      nameOf(region, latency.state, latency.slower !== undefined),
      { text: msText(latency.latencyMs), small: latency.slower ? `${msText(latency.slower.byMs)} slower` : (latency.kind ?? ''), ...(latency.slower && { tone: 'bad' as const }) },
      { text: msText(latency.medianMs), small: latency.samples ? `of ${latency.samples}` : '' },
      { text: `${ageText(latency.ageMs)} ago`, small: latency.lost ? `${(latency.lost * 100).toFixed(latency.lost < 0.1 ? 1 : 0)} % lost` : '' },
    ]),
  };
}

export function locationRows({ locations }: FleetView): Rows {
  return {
    heads: ['Location', 'Measured', 'Regions', 'Clients’ reports'],
    empty: 'No location has measured yet: one does as soon as somebody asks it.',
    rows: locations.map(({ code, ageMs, regions, dead, clients }) => {
      const asked = Object.keys(regions).length;
      return [
        { text: code },
        { text: ageMs === undefined ? 'never' : `${ageText(ageMs)} ago` },
        { text: `${asked - dead.length} / ${asked}`, small: dead.length ? `${dead.length} dead` : '', ...(dead.length > 0 && { tone: 'bad' as const }) },
        { text: clients.reports.toLocaleString('en'), small: clients.reports ? countText(clients.networks, 'network') : '' },
      ];
    }),
  };
}

export function candidateRows({ candidates, regions, clients }: FleetView): Rows {
  return {
    heads: ['Place', 'Gain each', 'Clients', 'Nearest now'],
    empty: clients.placed === 0 ? 'Clients have to report first, from places that the platform knows.' : 'Nowhere: all clients that reported are near a relay, or lose their time on the path.',
    rows: candidates.map(({ latitude, longitude, location, gainMs, clients, networks, nearest, few }) => [
      { text: location ?? placeText(latitude, longitude), small: few ? 'a guess: few clients' : location === undefined ? '' : placeText(latitude, longitude) },
      { text: msText(gainMs), tone: 'good' },
      { text: clients.toLocaleString('en'), small: countText(networks, 'network') },
      { text: regions.find(({ id }) => id === nearest?.region)?.code ?? '–', small: nearest ? `${nearest.km.toLocaleString('en')} km` : '' },
    ]),
  };
}
