import { placeOf } from '../../core/choice/light.ts';
import type { RelayMap } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';
import { fewNetworks } from './candidates.ts';
import { impossible } from './impossible.ts';
import type { Candidate, FleetView } from './view-form.ts';

/** Reports, and locations, older than this are said to be. */
const oldMs = 900_000;

/** What deserves a sentence, the worst first. */
export function notesOf(map: RelayMap, view: Omit<FleetView, 'notes'>): readonly Note[] {
  const { regions, locations, clients, candidates } = view;
  const notes: Note[] = [];
  const say = (code: string, message: string): void => { notes.push({ code, message }); };
  for (const { id, code, state } of regions) {
    const asked = locations.filter((location) => Object.hasOwn(location.regions, id)).length;
    const dead = locations.filter((location) => location.dead.includes(id));
    if (state === 'dead') say('dead', `${code} does not answer ${dead.length === asked ? 'from anywhere' : `from ${dead.length} of ${asked} locations`}`);
    else if (dead.length > 0) say('unreached', `${code} does not answer from ${named(dead.map((location) => location.code))}, and does from elsewhere`);
  }
  for (const { code, slower } of regions) {
    if (!slower) continue;
    const where = slower.locations.length > 1 ? `seen from ${named(slower.locations)}: the relay itself, or its uplink` : `seen from ${named(slower.locations)} alone: the path from there`;
    say('slower', `${code} got ${Math.round(slower.byMs)} ms slower while its neighbours did not, ${where}`);
  }
  for (const location of locations) {
    const place = placeOf(location);
    const latencyMs = Object.fromEntries(Object.entries(location.regions).flatMap(([id, { latencyMs: ms }]) => (ms === undefined ? [] : [[id, ms]])));
    for (const { code, message } of impossible({ map, latencyMs, ...(place && { place }) }).notes) say(code, `${location.code}: ${message}`);
    if (location.ageMs !== undefined && location.ageMs > oldMs) say('old', `${location.code} has not measured for ${span(location.ageMs)}: nobody asks it`);
  }
  for (const { code, regret } of regions) {
    if (regret?.pathMs === undefined || regret.networks < fewNetworks || regret.pathMs < 20) continue;
    say('path', `clients of ${regret.networks} networks have ${code} nearest at ${Math.round(regret.bestMs)} ms, ${Math.round(regret.pathMs)} ms more than its distance asks for: a better path, not a further relay, would help them`);
  }
  if (candidates[0]) say('candidate', sentenceOf(candidates[0]));
  if (locations.length === 0) say('no-locations', 'no location has measured yet');
  if (clients.reports === 0) say('few-clients', 'no client has reported: where a relay is missing cannot be told');
  else if (clients.networks < fewNetworks) say('few-clients', `clients of ${clients.networks} ${clients.networks === 1 ? 'network' : 'networks'} reported: too few to tell where a relay is missing`);
  else if (clients.placed === 0) say('no-places', 'no report carries a place: where a relay is missing cannot be told');
  return notes;
}

/** What a candidate promises, and on what ground. */
function sentenceOf({ clients, networks, gainMs, few, latitude, longitude, location }: Candidate): string {
  const where = location ?? `${Math.abs(Math.round(latitude))}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(Math.round(longitude))}° ${longitude < 0 ? 'W' : 'E'}`;
  return `${clients} ${clients === 1 ? 'client' : 'clients'} of ${networks} ${networks === 1 ? 'network' : 'networks'} would gain about ${Math.round(gainMs)} ms from a relay at ${where}${few ? ', as far as so few can tell' : ''}`;
}

const named = (codes: readonly string[]): string => (codes.length > 5 ? `${codes.slice(0, 5).join(', ')} and ${codes.length - 5} more` : codes.join(', '));

const span = (ms: number): string => (ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`);
