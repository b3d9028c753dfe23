import type { RegionId } from '../../universal/index.ts';
import { set, say, svg } from './dom.ts';
import { columns, rows } from '../../universal/world/projection.ts';
import type { View } from './view-model.ts';

export interface WorldView {
  readonly element: SVGSVGElement;
  update(view: Pick<View, 'places' | 'worldLabel'>, pressed: RegionId | undefined): void;
}

/** The map of the world, with a dot for each region that has a place. For the eye: all that it tells stands in the table as well. */
export function createWorldView(): WorldView {
  // The land's dots stand on whole numbers, which are the middles of their squares.
  const places = svg('g', { transform: 'translate(-.5 -.5)' });
  const ground = svg('path', { part: 'land' });
  const element = svg('svg', { part: 'world', role: 'img', viewBox: `-1 -1 ${columns + 1} ${rows + 1}` }, ground, places);
  // Under what is measured: it need not be there first, nor at all.
  import('../../universal/world/land.ts').then(({ land }) => set(ground, 'd', land), () => {});
  return {
    element,
    update(view, pressed) {
      set(element, 'aria-label', view.worldLabel);
      while (places.childElementCount > view.places.length) places.lastElementChild?.remove();
      while (places.childElementCount < view.places.length) places.append(svg('circle', {}, svg('title', {})));
      view.places.forEach((place, index) => {
        const dot = places.children[index];
        if (!dot?.firstElementChild) return;
        set(dot, 'cx', place.x.toFixed(1));
        set(dot, 'cy', place.y.toFixed(1));
        set(dot, 'part', `place ${place.standing} ${place.certainty}${place.id === pressed ? ' pressed' : ''}`);
        say(dot.firstElementChild, place.name);
      });
    },
  };
}
