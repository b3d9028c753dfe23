import { land } from '../../../universal/world/land.ts';
import { columns, project, rows } from '../../../universal/world/projection.ts';
import type { FleetView } from '../../fleet/view-form.ts';
import { countText, msText } from './format.ts';
import { fill, html, say, set, svg } from './dom.ts';

type Mark = 'answers' | 'unknown' | 'dead' | 'slower' | 'location' | 'candidate';

/** Shapes around 0 0: what they tell is told by more than their colour. */
const shapes: Readonly<Record<Mark, string>> = {
  answers: 'M-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z',
  unknown: 'M-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z',
  slower: 'M0 -1.2L1.2 .9H-1.2z',
  dead: 'M-.9 -.9L.9 .9M.9 -.9L-.9 .9',
  location: 'M0 -1.9L1.9 0L0 1.9L-1.9 0z',
  candidate: 'M-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0M0 -.9V.9M-.9 0H.9',
};

const legend: Readonly<Record<Mark, string>> = { answers: 'region', slower: 'got slower', dead: 'dead', unknown: 'no answer yet', location: 'edge location', candidate: 'a relay would gain here' };

interface Placed {
  readonly mark: Mark;
  readonly latitude: number;
  readonly longitude: number;
  readonly title: string;
}

/** The map of the world. For the eye: all that it tells stands in the tables as well. */
export function createWorld(parent: Element, legendParent: Element): (view: FleetView) => void {
  const marks = svg('g', { transform: 'translate(-.5 -.5)' });
  const world = svg('svg', { role: 'img', viewBox: `-1.5 -1.5 ${columns + 2} ${rows + 2}` }, svg('path', { class: 'land', d: land }), marks);
  set(world, 'aria-label', 'Map of the world');
  parent.append(world);
  legendParent.append(...(Object.keys(shapes) as Mark[]).map((mark) => html('li', {}, svg('svg', { viewBox: '-2.8 -2.8 5.6 5.6', 'aria-hidden': 'true' }, svg('path', { class: `mark ${mark}`, d: shapes[mark] })), legend[mark])));
  return (view) => {
    const placed = marksOf(view);
    fill(marks, placed, () => svg('path', {}, svg('title', {})), (path, { mark, latitude, longitude, title }) => {
      const { x, y } = project(latitude, longitude);
      set(path, 'class', `mark ${mark}`);
      set(path, 'd', shapes[mark]);
      set(path, 'transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
      if (path.firstElementChild) say(path.firstElementChild, title);
    });
    const count = (mark: Mark): number => placed.filter((one) => one.mark === mark).length;
    set(world, 'aria-label', `Map of the world with ${countText(placed.length - count('location') - count('candidate'), 'region')}, ${countText(count('location'), 'edge location')} and ${countText(count('candidate'), 'place', 'places')} where a further relay would gain`);
  };
}

/** In the order they are drawn: what matters most comes last, and stands on top. */
function marksOf({ regions, locations, candidates }: FleetView): readonly Placed[] {
  const order: readonly Mark[] = ['candidate', 'unknown', 'answers', 'location', 'slower', 'dead'];
  const marks = [
    ...candidates.map(({ latitude, longitude, gainMs, clients }) => ({ mark: 'candidate' as const, latitude, longitude, title: `${countText(clients, 'client')} would gain ${msText(gainMs)}` })),
    ...regions.map(({ code, name, state, slower, ...place }) => ({ mark: slower && state === 'answers' ? 'slower' as const : state, ...place, title: `${code} ${name}` })),
    ...locations.map(({ code, ...place }) => ({ mark: 'location' as const, ...place, title: code })),
  ];
  return marks.flatMap(({ mark, latitude, longitude, title }) => (latitude === undefined || longitude === undefined ? [] : [{ mark, latitude, longitude, title }])).sort((a, b) => order.indexOf(a.mark) - order.indexOf(b.mark));
}
