import type { RegionId, RelayMap } from '../../universal/index.ts';
import { say } from '../widget/dom.ts';
import { element } from './dom.ts';
import type { Lane, Move } from './history.ts';
import type { RivalName } from './rivals.ts';

/** Older moves are in the time line. */
const shownMoves = 5;

const rules: Readonly<Record<RivalName, string>> = {
  netcheck: 'Tailscale’s rules: each report decides for itself',
  steady: 'Moves when a gain is proven, not when it shows',
};

/** A strategy in words: where it is, why, and the moves that brought it there. */
export function createLaneView(name: RivalName, lane: Lane, map: RelayMap): { readonly element: HTMLElement; update(): void } {
  const home = element('span', { class: 'home-name' }, '…');
  const dot = element('span', { class: 'dot' });
  const count = element('p', { class: 'count' });
  const why = element('p', { class: 'why' }, 'Measuring …');
  const list = element('ol', { 'aria-label': `Last moves of ${name}` }, element('li', { class: 'sentence' }, 'No move yet'));
  let listed = 0;

  const placeOf = (id: RegionId | undefined): number => map.regions.findIndex((region) => region.id === id);
  const codeOf = (id: RegionId | undefined): string => map.regions[placeOf(id)]?.code ?? 'none';

  function item({ at, from, to, sentence }: Move): HTMLElement {
    const time = new Date(at);
    return element('li', {},
      element('time', { datetime: time.toISOString() }, time.toLocaleTimeString('en-GB')),
      element('span', { class: 'from-to' }, `${codeOf(from)} → ${codeOf(to)}`),
      element('span', { class: 'sentence' }, sentence));
  }

  return {
    element: element('section', { class: 'lane', 'aria-labelledby': `lane-${name}` },
      element('div', { class: 'lane-head' }, element('h3', { id: `lane-${name}` }, name), element('p', { class: 'rule' }, rules[name])),
      element('p', { class: 'home' }, dot, home), count, why, list),
    update() {
      const { decision, moved, moves } = lane;
      const place = placeOf(decision?.home);
      say(home, map.regions[place]?.name ?? 'No home');
      dot.className = place < 0 ? 'dot' : `dot region-${place % 8}`;
      say(count, `${moved} ${moved === 1 ? 'move' : 'moves'}`);
      say(why, decision?.sentence ?? '');
      if (listed === moved) return;
      listed = moved;
      list.replaceChildren(...moves.slice(-shownMoves).toReversed().map(item));
    },
  };
}
