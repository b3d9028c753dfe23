import { bar } from './bars.ts';
import { cells, clean, cut, fit } from './cells.ts';
import type { Ink } from './paint.ts';
import type { RegionRow } from './region-order.ts';
import { formatMs, sayDoubts, sayUnanswered } from './wording.ts';

const MAX_CODE = 12;
const MAX_NAME = 24;
const MAX_BAR = 30;
/** Below this a bar says nothing; the figure has to do. */
const MIN_BAR = 6;
/** What is kept free behind the name for a doubt in words, or for what `verbose` adds. */
const REMARK_ROOM = { brief: 14, verbose: 26 };

export interface TableOptions {
  /** Cells that a line should fit into; longer remarks may still pass it. */
  readonly width: number;
  readonly verbose: boolean;
  readonly ascii: boolean;
  /** A further column before the name. */
  readonly column?: { readonly width: number; readonly text: (row: RegionRow) => string };
  /** What stands behind the name, instead of doubts and details. */
  readonly remark?: (row: RegionRow) => string;
}

/** Regions as aligned lines, in the order given, each with the ink that suits it. Names must be clean. */
export function regionTable(rows: readonly RegionRow[], { width, verbose, ascii, column, remark }: TableOptions): { readonly text: string; readonly ink: Ink | undefined }[] {
  const mark = ascii ? '...' : '…';
  const widest = (texts: readonly string[], most: number): number => Math.min(most, Math.max(0, ...texts.map(cells)));
  const codeWidth = widest(rows.map((row) => row.code), MAX_CODE);
  const nameWidth = widest(rows.map((row) => row.name), MAX_NAME);
  const kindWidth = widest(rows.map((row) => kindOf(row, verbose)), MAX_CODE);
  const msWidth = widest(rows.map(latencyText), MAX_CODE);
  const room = width - (2 + codeWidth + 1 + 1 + msWidth + 2) - (2 + kindWidth + 2 + nameWidth + (column ? column.width + 2 : 0) + (verbose ? REMARK_ROOM.verbose : REMARK_ROOM.brief));
  const barWidth = room < MIN_BAR ? 0 : Math.min(MAX_BAR, room);
  const maxMs = Math.max(0, ...rows.map((row) => row.rankMs ?? 0));
  const figuresWidth = msWidth + 2 + (barWidth && barWidth + 2) + kindWidth;

  return rows.map((row) => {
    const figures = row.rankMs === undefined
      ? sayUnanswered(row.region)
      : `${latencyText(row).padStart(msWidth)}  ${barWidth ? `${fit(bar(row.rankMs, maxMs, barWidth, ascii), barWidth, mark)}  ` : ''}${kindOf(row, verbose)}`;
    const extra = column ? `${fit(column.text(row), column.width, mark)}  ` : '';
    const remarks = remark ? remark(row) : remarksOf(row, verbose);
    // A phrase that is longer than the columns it stands in pushes its name aside rather than being cut: it is the finding.
    const text = `${bullet(row, ascii)} ${fit(`${cut(row.code, codeWidth, mark)}:`, codeWidth + 1)} ${figures.padEnd(figuresWidth)}  ${extra}${fit(row.name, nameWidth, mark)}${remarks && `  ${remarks}`}`;
    return { text: text.trimEnd(), ink: inkOf(row) };
  });
}

const latencyText = (row: RegionRow): string => (row.region?.latencyMs === undefined ? '' : formatMs(row.region.latencyMs));

function kindOf({ region, rankMs }: RegionRow, verbose: boolean): string {
  if (rankMs === undefined) return '';
  const family = verbose && region?.family !== undefined ? ` v${region.family}` : '';
  return `${region?.kind ?? ''}${family}`;
}

function bullet({ standing }: RegionRow, ascii: boolean): string {
  if (standing === 'other') return '-';
  if (standing === 'home') return ascii ? '*' : '▸';
  return ascii ? '~' : '≈';
}

function inkOf({ standing, rankMs }: RegionRow): Ink | undefined {
  if (standing !== 'other') return standing;
  return rankMs === undefined ? 'faint' : undefined;
}

function remarksOf({ id, region, rankMs }: RegionRow, verbose: boolean): string {
  const idRemark = `id ${cut(clean(id), MAX_CODE)}`;
  if (!region) return verbose ? idRemark : '';
  const remarks: string[] = [];
  // Without this the order would look wrong: kinds are ranked by what UDP would have taken.
  if (rankMs !== undefined && region.latencyMs !== undefined && formatMs(rankMs) !== formatMs(region.latencyMs)) remarks.push(`ranks as ${formatMs(rankMs)}`);
  remarks.push(...sayDoubts(region));
  if (verbose) {
    if (region.v4Ms !== undefined && region.v6Ms !== undefined) remarks.push(`v4 ${formatMs(region.v4Ms)}`, `v6 ${formatMs(region.v6Ms)}`);
    if (region.samples + region.lost > 0) remarks.push(`${region.samples}/${region.samples + region.lost} answered`);
    remarks.push(idRemark);
  }
  return remarks.join(', ');
}
