import { html, say, set, svg } from './dom.ts';
import { sparkHeight, sparkWidth } from './spark.ts';
import type { RowView } from './view-model.ts';

/** One row of the table. A place in the ranking, not a region: what stands there changes in place, and nothing moves. */
export interface Row {
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly shown: RowView | undefined;
  update(row: RowView, isPressed: boolean): void;
}

export function createRow(onPress: (row: RowView) => void): Row {
  const name = html('span', 'name');
  const tag = html('span', 'tag');
  const button = html('button', 'region', name, tag);
  const figure = html('span', 'figure');
  const remark = html('span', 'remark');
  const bar = html('div', 'bar');
  const line = svg('path', { part: 'line' });
  const lost = svg('path', { part: 'lost' });
  const chart = svg('svg', { part: 'spark', viewBox: `0 0 ${sparkWidth} ${sparkHeight}`, preserveAspectRatio: 'none' }, line, lost);
  const head = html('th', '', button);
  head.scope = 'row';
  const element = html('tr', 'row', head, html('td', '', html('div', 'latency', figure, remark, html('div', 'track', bar))), html('td', '', chart));
  let shown: RowView | undefined;
  button.type = 'button';
  button.addEventListener('click', () => {
    if (shown) onPress(shown);
  });
  return {
    element,
    button,
    get shown() { return shown; },
    update(row, isPressed) {
      shown = row;
      set(element, 'part', `row ${row.standing} ${row.certainty}${row.pending ? ' pending' : ''}`);
      set(button, 'aria-pressed', String(isPressed));
      say(name, row.name);
      say(tag, row.tag);
      say(figure, row.figure);
      say(remark, row.remark);
      // Through the object model: a strict Content-Security-Policy forbids style attributes in markup, not this.
      bar.style.setProperty('--share', row.share.toFixed(3));
      set(chart, 'role', row.sparkLabel && 'img');
      set(chart, 'aria-label', row.sparkLabel);
      set(line, 'd', row.spark.line);
      set(lost, 'd', row.spark.lost);
    },
  };
}
