import { isRelayMapError } from '../errors.ts';
import { checkLimit, fail, fieldsOf, flag, numberIn, recordOf, required, text, type Field } from '../map/reader.ts';
import { parseRelayMap } from '../map/parse.ts';
import type { Context, Preferences } from '../model/context.ts';
import type { RegionId, RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import { checkContext, checkPreferences } from './context-form.ts';
import { checkReport, epochMs } from './report-form.ts';
import { TraceError } from './trace-error.ts';
import { linesOf, type NumberedLine, type TraceSource } from './trace-lines.ts';

/** What `choose` saw, without what lines before it have. */
export type RecordedContext = Omit<Context, 'map' | 'last'>;

/** A line that replays. `line`: its number, from 1. */
export type TraceLine = { readonly line: number } & (
  | { readonly type: 'trace'; readonly strategy: string; readonly options: Readonly<Record<string, unknown>>; readonly state: unknown; readonly map: RelayMap; readonly last?: Report }
  | { readonly type: 'report'; readonly at: number; readonly report: Report; readonly context: RecordedContext }
  | { readonly type: 'map'; readonly map: RelayMap }
  | { readonly type: 'preferences'; readonly preferences: Preferences }
  | { readonly type: 'start'; readonly state?: unknown; readonly last?: Report }
  | { readonly type: 'home'; readonly at?: number; readonly region: RegionId; readonly alive: boolean }
);

/** The newest form that is read. */
const newestVersion = 1;

/**
 * Reads a trace line by line; `decision` lines and unknown ones are left out. The first line must be the header. Throws
 * `TraceError` with the number of the first line that is broken: no JSON object, no type, or a field of another form than
 * the strategies rely on. Fields that are not known are kept.
 */
export async function* readTrace(source: TraceSource): AsyncGenerator<TraceLine, void, void> {
  let hasHeader = false;
  for await (const line of linesOf(source)) {
    const read = readLine(line);
    if (read?.type === 'trace' && hasHeader) throw new TraceError(line.number, '', 'a second trace begins here: replay them one by one');
    if (!hasHeader && read?.type !== 'trace') throw new TraceError(line.number, '', 'not the first line of a trace, which has the type "trace"');
    hasHeader = true;
    if (read) yield read;
  }
  if (!hasHeader) throw new TraceError(1, '', 'the trace is empty');
}

function readLine({ number, text: json }: NumberedLine): TraceLine | undefined {
  try {
    return read(number, { value: parse(json), path: '' });
  } catch (error) {
    if (!isRelayMapError(error)) throw error;
    throw new TraceError(number, error.path, error.path === '' ? error.message : error.message.slice(error.path.length + 2));
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // What engines say of it has the text in it, which may be long and is not for a terminal.
    return fail({ value: json, path: '' }, 'json', json.trim() === '' ? 'is blank' : 'not JSON');
  }
}

function read(line: number, whole: Field): TraceLine | undefined {
  const field = fieldsOf(whole);
  switch (text(required(field('type')))) {
    case 'trace':
      checkVersion(field('version'));
      return { type: 'trace', line, strategy: text(required(field('strategy'))) ?? '', options: field('options').value === undefined ? {} : recordOf(field('options')), state: stateIn(field('state')), map: mapIn(field('map')), ...lastIn(field('last')) };
    case 'report':
      return { type: 'report', line, at: epochMs(required(field('at'))) ?? 0, report: checkReport(field('report')), context: checkContext(field('context')) };
    case 'map':
      return { type: 'map', line, map: mapIn(field('map')) };
    case 'preferences':
      return { type: 'preferences', line, preferences: checkPreferences(required(field('preferences'))) };
    case 'start':
      return { type: 'start', line, ...(field('state').value !== undefined && { state: stateIn(field('state')) }), ...lastIn(field('last')) };
    case 'home':
      return present({ type: 'home' as const, line, at: epochMs(field('at')), region: text(required(field('region'))) ?? '', alive: flag(required(field('alive'))) ?? false });
    default:
      return undefined;
  }
}

function checkVersion(field: Field): void {
  const version = numberIn('a whole number from 1', 1, Infinity, Number.isInteger)(required(field)) ?? 0;
  if (version > newestVersion) fail(field, 'value', `${version} is newer than this program reads, which is ${newestVersion}`);
}

/** Far more than any list that a strategy of ours keeps. */
const mostItems = 10_000;

/** Only the strategy knows its state. Lists are bounded here, as it may look through one for each item of another. */
function stateIn(field: Field): unknown {
  const { value } = required(field);
  // No recursion: a line may nest millions deep.
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inner: unknown[] = Object.values(next);
    if (Array.isArray(next)) checkLimit(field, next.length, mostItems);
    for (const item of inner) if (typeof item === 'object' && item !== null) open.push(item);
  }
  return value;
}

const lastIn = (field: Field): { readonly last?: Report } => (field.value === undefined ? {} : { last: checkReport(field) });

/** Maps have a reader of their own, which knows no place around the map. */
function mapIn(field: Field): RelayMap {
  const document = recordOf(field);
  try {
    return parseRelayMap(document);
  } catch (error) {
    if (!isRelayMapError(error)) throw error;
    return fail({ ...field, path: error.path === '' ? field.path : `${field.path}.${error.path}` }, error.code, error.path === '' ? error.message : error.message.slice(error.path.length + 2));
  }
}
