import type { FleetView } from '../../fleet/view-form.ts';
import { askFleet, rememberedToken, rememberToken } from './ask.ts';
import { byId, fill, html, say, set } from './dom.ts';
import { countText } from './format.ts';
import { candidateRows, locationRows, regionRows } from './rows.ts';
import { createTable } from './table.ts';
import { createWorld } from './world.ts';

/** How often it is asked while somebody may look. */
const everyMs = 30_000;
const everywhere = 'all locations';

const fleet = byId('fleet');
const status = byId('status');
const trouble = byId('trouble');
const refresh = byId<HTMLButtonElement>('refresh');
const lock = byId<HTMLFormElement>('lock');
const tokenField = byId<HTMLInputElement>('token');
const locationSelect = byId<HTMLSelectElement>('location');

const showWorld = createWorld(byId('world'), byId('legend'));
const showCandidates = createTable(byId('candidates'), 'candidates-title');
const showRegions = createTable(byId('regions'), 'regions-title');
const showLocations = createTable(byId('locations'), 'locations-title');

let token = rememberedToken();
let shown: FleetView | undefined;
let askedAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;
let isAsking = false;

const timeOf = ({ at }: FleetView): string => new Date(at).toLocaleTimeString();

function show(view: FleetView): void {
  shown = view;
  const { locations, regions, clients } = view;
  say(status, `${countText(locations.length, 'location')}, ${countText(regions.length, 'region')}, ${countText(clients.reports, 'report')} of ${countText(clients.networks, 'network')}. As of ${timeOf(view)}.`);
  showWorld(view);
  fill(byId('notes'), view.notes.length > 0 ? view.notes : [{ code: 'none', message: 'Nothing: all regions answer, and none got slower than its neighbours.' }], () => html('li', {}), (item, { code, message }) => {
    set(item, 'class', code);
    say(item, message);
  });
  say(byId('candidates-ground'), clients.placed > 0 ? `Each beside those above it. Reckoned from ${countText(clients.placed, 'report')} that have a place.` : '');
  showCandidates(candidateRows(view));
  fill(locationSelect, [everywhere, ...locations.map(({ code }) => code)], () => html('option', {}), say);
  showRegions(regionRows(view, locationSelect.value));
  showLocations(locationRows(view));
}

/** What the page shows besides the fleet: that it waits, what went wrong, or that it wants the token. */
function settle(state: { readonly trouble?: string; readonly isLocked?: boolean }): void {
  say(trouble, state.trouble ?? '');
  trouble.hidden = state.trouble === undefined;
  lock.hidden = state.isLocked !== true;
  fleet.hidden = state.isLocked === true || (state.trouble !== undefined && shown === undefined);
  fleet.classList.toggle('is-old', state.trouble !== undefined);
  fleet.classList.remove('is-blank');
  set(fleet, 'aria-busy', 'false');
  refresh.hidden = state.isLocked === true;
}

/** `isWanted`: somebody waits for it, and is told when it is there. What comes by itself speaks only if it fails. */
async function ask(isWanted = false): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  refresh.disabled = true;
  clearTimeout(timer);
  const answer = await askFleet(token);
  isAsking = false;
  refresh.disabled = false;
  askedAt = performance.now();
  if (answer.state === 'locked') return demandToken();
  if (answer.state === 'ready') {
    if (token !== undefined) rememberToken(token);
    show(answer.view);
    settle({});
    if (isWanted) say(byId('spoken'), `The fleet as of ${timeOf(answer.view)}`);
  } else {
    if (!shown) say(status, 'Nothing to show yet.');
    settle({ trouble: `${answer.message} ${shown ? 'What is shown is from before. ' : ''}It is asked again every ${everyMs / 1_000} s.` });
  }
  wait();
}

function demandToken(): void {
  const wasWrong = token !== undefined;
  token = undefined;
  rememberToken(undefined);
  shown = undefined;
  settle({ isLocked: true });
  lock.classList.toggle('is-wrong', wasWrong);
  say(byId('lock-why'), wasWrong ? 'That is not the token.' : "How the fleet does is its owner's to see.");
  say(status, 'The token is wanted.');
  tokenField.value = '';
  tokenField.focus();
}

/** A page that nobody looks at asks nothing. */
function wait(): void {
  clearTimeout(timer);
  if (document.visibilityState === 'visible' && lock.hidden) timer = setTimeout(() => void ask(), Math.max(0, askedAt + everyMs - performance.now()));
}

lock.addEventListener('submit', (event) => {
  event.preventDefault();
  token = tokenField.value.trim();
  void ask(true);
});
refresh.addEventListener('click', () => void ask(true));
locationSelect.addEventListener('change', () => { if (shown) showRegions(regionRows(shown, locationSelect.value)); });
document.addEventListener('visibilitychange', wait);

fleet.classList.add('is-blank');
void ask(true);
