import type { Decision } from '../model/decision.ts';
import { regionById, type RelayMap } from '../model/map.ts';
import { answered, type Report } from '../model/report.ts';
import { cells, clean, cut, wrap } from './cells.ts';
import { formatInstant } from './instant.ts';
import { networkLines } from './network-lines.ts';
import { painter } from './paint.ts';
import { orderRegions } from './region-order.ts';
import { regionTable } from './region-table.ts';
import { formatSure } from './wording.ts';

const DEFAULT_WIDTH = 80;
/** Narrower than this no column holds; lines are laid out for it and cut by the terminal. */
const MIN_WIDTH = 40;
/** A name in running text. Longer ones are an attempt to push the rest off the line. */
const MAX_NAME = 40;

export interface TextOptions {
  /** Adds SGR colours. Off by default; `NO_COLOR` and terminals are the caller's to look at. */
  readonly colour?: boolean;
  /** Cells of a line, at least 40. Given, lines are cut to it unless `verbose`; absent, they are laid out for 80 and kept whole. */
  readonly width?: number;
  /** Adds families, counts and region ids. */
  readonly verbose?: boolean;
  /** Nothing but ASCII: other characters of names become `?`. */
  readonly ascii?: boolean;
}

/**
 * A report for people, laid out as `tailscale netcheck` does, with the home marked, its reason, and what is not known said
 * as not known. No line break at the end. Whatever the map and the relays call themselves, no control character comes out
 * but line breaks and, with `colour`, SGR sequences.
 */
export function formatText(report: Report, decision: Decision, map: RelayMap, options: TextOptions = {}): string {
  const { colour = false, verbose = false, ascii = false } = options;
  const width = Math.max(MIN_WIDTH, options.width ?? DEFAULT_WIDTH);
  const paint = painter(colour);
  const mark = ascii ? '...' : '…';
  const most = options.width === undefined || verbose ? Number.MAX_SAFE_INTEGER : width;
  const toAscii = (text: string): string => (ascii ? text.replace(/[^ -~]/gu, (character) => '?'.repeat(cells(character))) : text);
  const line = (text: string): string => cut(toAscii(text).trimEnd(), most, mark);
  const indented = (text: string): string[] => wrap(toAscii(clean(text)), width - 6, mark).map((part) => `      ${part}`.trimEnd());

  const lines = [paint('heading', 'Report:')];
  for (const [label, value] of [['Time', sayTime(report)] as const, ...networkLines(report), ['Map', sayMap(report, map)] as const, ['Strategy', clean(report.strategy)] as const]) lines.push(line(`  * ${label}: ${value}`));
  lines.push(paint(decision.home === undefined ? 'warning' : 'home', line(`  * Nearest relay: ${sayHome(report, decision, map)}`)), ...(clean(decision.sentence) === '' ? [] : indented(decision.sentence)));

  const rows = orderRegions(report, decision, map);
  const equals = rows.filter((row) => row.standing === 'equal').map((row) => row.code);
  if (equals.length > 0) lines.push(...indented(`${ascii ? '~' : '≈'} cannot be told from it: ${equals.join(', ')}`));
  if (rows.length > 0) lines.push('  * Relay latency:');
  for (const { text, ink } of regionTable(rows, { width: width - 4, verbose, ascii })) lines.push(ink ? paint(ink, line(`    ${text}`)) : line(`    ${text}`));
  if (report.notes.length > 0) lines.push('  * Notes:');
  for (const { code, message } of report.notes) lines.push(...indented(`${code}: ${message}`).map((part) => paint('warning', part)));
  return lines.join('\n');
}

/** Two decimals of a second are enough to tell a quick report from a slow one. */
function sayTime(report: Report): string {
  const scope = report.partial ? 'still being made' : `${report.full ? 'full' : 'incremental'} report`;
  return `${formatInstant(Math.round(report.at)).replace('T', ' ')}, ${scope}, took ${(report.durationMs / 1000).toFixed(2)} s`;
}

function sayMap(report: Report, map: RelayMap): string {
  const size = `${map.regions.length} ${map.regions.length === 1 ? 'region' : 'regions'}`;
  const source = clean(report.mapSource ?? '');
  return source === '' ? size : `${source}, ${size}`;
}

function sayHome(report: Report, decision: Decision, map: RelayMap): string {
  if (decision.home === undefined) return answered(report).length === 0 ? 'unknown (no response to latency probes)' : '[none]';
  const region = regionById(map, decision.home);
  const name = cut(clean(region?.name ?? ''), MAX_NAME);
  const code = cut(clean(region?.code ?? decision.home), MAX_NAME);
  const named = region ? (name === '' || name === code ? code : `${name} (${code})`) : `${code} (region not found in map)`;
  const state = decision.state === 'settled' ? '' : `, ${decision.state}`;
  return `${named}, sure ${formatSure(decision.sure)}${state}`;
}
