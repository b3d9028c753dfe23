import { fill, html, say, set } from './dom.ts';

/** A figure, what stands small below it, and how it is to be taken. */
export interface Cell {
  readonly text: string;
  readonly small?: string;
  readonly tone?: 'good' | 'bad';
}

export interface Rows {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What stands there instead of no rows. */
  readonly empty: string;
}

/** A table that is built once and brought up to date. The first cell of a row is its head. */
export function createTable(parent: Element, label: string): (rows: Rows) => void {
  const head = html('tr', {});
  const body = html('tbody', {});
  const table = html('table', { 'aria-labelledby': label }, html('thead', {}, head), body);
  const empty = html('p', { class: 'empty' });
  return ({ heads, rows, empty: emptyText }) => {
    if (table.parentElement !== parent) parent.replaceChildren(table, empty);
    fill(head, heads, () => html('th', { scope: 'col' }), say);
    fill(body, rows, () => html('tr', {}), updateRow);
    table.hidden = rows.length === 0;
    empty.hidden = rows.length > 0;
    say(empty, emptyText);
  };
}

function updateRow(row: HTMLTableRowElement, cells: readonly Cell[]): void {
  if (row.childElementCount !== cells.length) row.replaceChildren(...cells.map((_, at) => (at === 0 ? html('th', { scope: 'row' }, html('span', {}), html('small', {})) : html('td', {}, html('span', {}), html('small', {})))));
  cells.forEach(({ text, small = '', tone = '' }, at) => {
    const cell = row.children[at];
    const [figure, below] = cell?.children ?? [];
    if (!cell || !figure || !below) return;
    set(cell, 'class', tone);
    say(figure, text);
    say(below, small);
  });
}
