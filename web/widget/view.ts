import type { RegionId } from '../../universal/index.ts';
import { html, say, set } from './dom.ts';
import { createRow, type Row } from './row-view.ts';
import type { WidgetTexts } from './texts.ts';
import type { RowView, View } from './view-model.ts';
import { createWorldView } from './world-view.ts';

/** The least time between two things that are spoken without being asked for. */
const quietMs = 10_000;

/** Rows that are made in one frame: those in sight, and a few. */
const rowsAtOnce = 12;

export interface WidgetView {
  update(view: View, texts: WidgetTexts): void;
}

/** Before there is a decision that lasts. */
const isEarly = ({ state }: Pick<View, 'state'>): boolean => state === 'loading' || state === 'probing' || state === 'provisional';

/** Builds the widget once; from then on only what changed is written. `now`: ms, of any beginning. */
export function createView(root: ShadowRoot, now: () => number): WidgetView {
  const label = html('p', 'state');
  const title = html('p', 'title');
  const stat = (): [HTMLElement, HTMLElement] => [html('dt', ''), html('dd', '')];
  const stats = [stat(), stat(), stat()] as const;
  const why = html('p', 'why');
  const world = createWorldView();
  const worldNote = html('p', 'world-note');
  const details = html('p', 'details');
  const heads = [html('th', ''), html('th', ''), html('th', '')] as const;
  const body = html('tbody', '');
  const table = html('table', 'table', html('thead', '', html('tr', '', ...heads)), body);
  const spoken = html('p', 'spoken');
  spoken.role = 'status';
  const card = html('div', 'card',
    html('div', 'home', label, title, html('dl', 'stats', ...stats.map((pair) => html('div', 'stat', ...pair))), why),
    html('div', 'map', world.element, worldNote),
    html('div', 'list', table),
    details, spoken);
  card.role = 'group';
  for (const head of heads) head.scope = 'col';
  root.append(card);

  const rows: Row[] = [];
  let pressed: RegionId | undefined;
  let latest: View | undefined;
  let heard = '';
  let heardMs = -Infinity;
  let isDue = false;

  /** The rows out of sight wait until there is a decision, as figures come thick before, and then for an idle page. */
  function addRest(view: View): void {
    if (isDue || isEarly(view)) return;
    isDue = true;
    // Safari has no requestIdleCallback.
    const { requestIdleCallback: whenIdle = (callback: () => void): unknown => setTimeout(callback) } = globalThis as { requestIdleCallback?: (callback: () => void) => unknown };
    whenIdle(() => {
      isDue = false;
      if (latest) updateRegions(latest);
    });
  }

  function press({ id, details: text }: RowView): void {
    pressed = pressed === id ? undefined : id;
    if (pressed !== undefined) say(spoken, text);
    if (latest) updateRegions(latest);
  }

  function updateRegions(view: View): void {
    const views = view.rows;
    const focused = rows.find(({ button }) => button === root.activeElement)?.shown?.id;
    while (rows.length > views.length) rows.pop()?.element.remove();
    const most = rows.length + rowsAtOnce;
    while (rows.length < Math.min(views.length, isEarly(view) && rows.length >= rowsAtOnce ? 0 : most)) {
      const row = createRow(press);
      rows.push(row);
      body.append(row.element);
    }
    rows.forEach((row, index) => {
      const shown = views[index];
      if (shown) row.update(shown, shown.id === pressed);
    });
    if (rows.length < views.length) addRest(view);
    // The focus stays with its region when the ranking changes.
    if (focused !== undefined) rows.find(({ shown }) => shown?.id === focused)?.button.focus({ preventScroll: true });
    world.update(view, pressed);
    const asked = views.find(({ id }) => id === pressed)?.details;
    say(details, asked ?? (view.notice || (views.find(({ standing }) => standing === 'home')?.details ?? '')));
    set(details, 'part', asked === undefined && view.notice ? 'details notice' : 'details');
  }

  /** Another home or another state is worth a word, another latency is not; nor is what does not last. */
  function speak({ state, title: home, why: sentence }: View, { states }: WidgetTexts): void {
    const news = `${states[state]}: ${home}`;
    if (isEarly({ state }) || news === heard || now() - heardMs < quietMs) return;
    heard = news;
    heardMs = now();
    say(spoken, `${news}. ${sentence}`);
  }

  return {
    update(view, texts) {
      latest = view;
      set(card, 'aria-label', texts.title);
      set(card, 'part', `card ${view.state}`);
      set(table, 'aria-label', texts.list);
      say(label, view.label);
      say(title, view.title);
      const figures = [[texts.latency, view.latency], [texts.since, view.since], [texts.sure, view.sure]] as const;
      stats.forEach(([term, value], index) => {
        const [name = '', figure = ''] = figures[index] ?? [];
        say(term, name);
        say(value, figure);
      });
      say(why, view.why);
      [texts.region, texts.latency, view.historyHead].forEach((text, index) => {
        const head = heads[index];
        if (head) say(head, text);
      });
      say(worldNote, view.worldNote);
      updateRegions(view);
      speak(view, texts);
    },
  };
}
