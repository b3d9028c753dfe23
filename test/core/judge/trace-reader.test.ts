import { beforeAll, describe, expect, it } from 'vitest';
import { decisionLine, replay, TraceError } from '../../../core/judge/index.ts';
import { linesOf } from '../../../core/judge/trace-lines.ts';
import { readTrace } from '../../../core/judge/trace-reader.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { formatRelayMap } from '../../../core/map/format.ts';
import { mapOf } from '../../maps.ts';
import { record } from './recorded.ts';

let lines: string[];
beforeAll(async () => {
  lines = (await record(steady() as Strategy, [{ act: 'reports', count: 3, ms: [10, 20, 30, 40, 50] }])).trimEnd().split('\n');
});

type Json = Record<string, unknown>;

/** The trace with a field of one line set, by its path. */
function withField(line: number, path: string, value: unknown): string {
  const changed = JSON.parse(lines[line - 1] ?? '') as Json;
  const names = path.split('.');
  const holder = names.slice(0, -1).reduce((at, name) => at[name] as Json, changed);
  holder[names.at(-1) ?? ''] = value;
  return lines.with(line - 1, JSON.stringify(changed)).join('\n');
}

async function errorOf(trace: string | Uint8Array): Promise<unknown> {
  try {
    for await (const _ of replay(trace));
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('what is broken is named, with its line', () => {
  it.each<[string, () => string | Uint8Array, string]>([
    ['nothing', () => '', 'line 1: the trace is empty'],
    ['no header', () => lines.slice(1).join('\n'), 'line 1: not the first line of a trace, which has the type "trace"'],
    ['two headers', () => [...lines, lines[0]].join('\n'), 'line 8: a second trace begins here: replay them one by one'],
    ['a blank line', () => lines.with(2, ' ').join('\n'), 'line 3: is blank'],
    ['a line cut short', () => lines.join('\n').slice(0, -5), 'line 7: not JSON'],
    ['a list', () => lines.with(3, '[]').join('\n'), 'line 4: must be an object, not a list'],
    ['no type', () => lines.with(3, '{}').join('\n'), 'line 4: type: is missing'],
    ['no UTF-8', () => new TextEncoder().encode(lines.join('\n')).map((byte) => (byte === 0x66 ? 0xff : byte)), 'line 1: not UTF-8'],
    ['a newer version', () => withField(1, 'version', 2), 'line 1: version: 2 is newer than this program reads, which is 1'],
    ['no strategy', () => withField(1, 'strategy', undefined), 'line 1: strategy: is missing'],
    ['an unknown strategy', () => withField(1, 'strategy', 'toString'), 'line 1: strategy: "toString" is not known here'],
    ['no state', () => withField(1, 'state', undefined), 'line 1: state: is missing'],
    ['a state with a list that is too long', () => withField(1, 'state.window', Array.from({ length: 10_001 }, () => 0)), 'line 1: state: is longer than 10000'],
    ['a state that is none', () => withField(1, 'state', {}), 'line 2: steady cannot go on from the state and the report that are recorded: TypeError: '],
    ['a map that is none', () => withField(1, 'map.regions', 7), 'line 1: map.'],
    ['an instant', () => withField(2, 'at', '1'), 'line 2: at: must be epoch ms, not "1"'],
    ['an instant that no date can tell', () => withField(2, 'report.at', 1e300), 'line 2: report.at: must be epoch ms, not 1e+300'],
    ['a latency', () => withField(2, 'report.regions.1.latencyMs', -1), 'line 2: report.regions.1.latencyMs: must be a number of ms from 0, not -1'],
    ['a kind', () => withField(2, 'report.regions.1.kind', 'smoke'), 'line 2: report.regions.1.kind: must be stun or ice'],
    ['a count', () => withField(4, 'report.regions.1.lost', 0.5), 'line 4: report.regions.1.lost: must be a whole number from 0, not 0.5'],
    ['doubts', () => withField(4, 'report.regions.1.doubt', 'single'), 'line 4: report.regions.1.doubt: must be a list of strings, not a string'],
    ['a region that is none', () => withField(4, 'report.regions', { '\u001b[2J': 1 }), 'line 4: report.regions."\\u001b[2J": must be an object, not a number'],
    ['more regions than a map has', () => withField(4, 'report.regions', Object.fromEntries(Array.from({ length: 10_001 }, (_, id) => [id, {}]))), 'line 4: report.regions: is longer than 10000'],
    ['a context without a key', () => withField(6, 'context.clientKey', undefined), 'line 6: context.clientKey: is missing'],
    ['a chance', () => withField(6, 'context.chance', 2), 'line 6: context.chance: must be a number from 0 to 1, not 2'],
    ['a life sign', () => withField(6, 'context.heard', { '1': 'now' }), 'line 6: context.heard.1: must be epoch ms, not "now"'],
    ['a budget', () => withField(6, 'context.budget', { packetsLeft: null, bytesLeft: '1' }), 'line 6: context.budget.bytesLeft: must be a number from 0, not "1"'],
    ['a prior', () => withField(6, 'context.prior', { ranked: [1], ageMs: 0 }), 'line 6: context.prior.ranked: must be a list of strings, not a list'],
    ['what others see', () => withField(6, 'context.prior', { ranked: ['1'], ageMs: 0, vantages: { regions: ['1'], latencyMs: [[null], ['8']] } }), 'line 6: context.prior.vantages.latencyMs[1][0]: must be a number of ms from 0, not "8"'],
    ['a wish', () => withField(6, 'context.preferences', { avoid: '1' }), 'line 6: context.preferences.avoid: must be a list of strings, not a string'],
    ['a wish for a node', () => withField(6, 'context.preferences', { nodes: { '1a': 'drian' } }), 'line 6: context.preferences.nodes.1a: must be'],
  ])('%s', async (_, make, message) => {
    const error = await errorOf(make());
    expect(error).toBeInstanceOf(TraceError);
    expect(String(error)).toContain(`TraceError: ${message}`);
    expect(String(error).length).toBeLessThan(400);
  });

  it('a line that is too long', async () => {
    const read = async (): Promise<void> => { for await (const _ of linesOf(['ab\n', 'abc', 'def'], 5)); };
    await expect(read()).rejects.toThrow(new TraceError(2, '', 'longer than 5 bytes'));
  });

  it('in a run that was cut off, after what was whole', async () => {
    const decisions: string[] = [];
    const reading = (async () => { for await (const step of replay(lines.join('\n').slice(0, -5))) decisions.push(decisionLine(step)); })();
    await expect(reading).rejects.toThrow('line 7');
    expect(decisions).toEqual([lines[2], lines[4], expect.any(String)]);
  });
});

describe('what is not known is left out, what is known is heeded', () => {
  const typesOf = async (trace: string): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of readTrace(trace)) types.push(type);
    return types;
  };

  it('unknown lines', async () => {
    expect(await typesOf(lines.toSpliced(1, 0, '{"type":"weather","at":"?"}', '{"type":"__proto__"}').join('\n'))).toEqual(['trace', 'report', 'report', 'report']);
  });

  it.each([['a line feed at the end', '\n'], ['carriage returns', '\r\n']])('%s', async (_, end) => {
    expect(await typesOf(lines.map((line) => line + end).join(''))).toEqual(['trace', 'report', 'report', 'report']);
  });

  const reasonsWith = async (...more: object[]): Promise<string[]> => {
    const reasons: string[] = [];
    const at = lines.toSpliced(3, 0, ...more.map((line) => JSON.stringify(line)));
    for await (const { decision } of replay(at.join('\n'))) reasons.push(`${decision.reason} ${decision.home}`);
    return reasons;
  };

  it.each<[string, object[], string[]]>([
    ['preferences', [{ type: 'preferences', preferences: { pin: '3' } }], ['first 1', 'pinned 3', 'pinned 3']],
    ['wishes for what the map does not have', [{ type: 'preferences', preferences: { pin: '9', avoid: ['9'], drain: ['9'], latencyFactor: { 9: 2 }, nodes: { '9z': 'drain' } } }], ['first 1', 'nearest 1', 'nearest 1']],
    ['nodes that are drained', [{ type: 'preferences', preferences: { nodes: { '1a': 'drain' } } }], ['first 1', 'moved-drained 2', 'nearest 2']],
    ['a home whose connection died', [{ type: 'home', at: 1, region: '1', alive: false }], ['first 1', 'moved-home-dead 2', 'nearest 2']],
    ['a home of another region', [{ type: 'home', at: 1, region: '4', alive: false }], ['first 1', 'nearest 1', 'nearest 1']],
    ['a start', [{ type: 'start', state: steady().start() }], ['first 1', 'first 1', 'nearest 1']],
    ['a start from nothing', [{ type: 'start' }], ['first 1', 'first 1', 'nearest 1']],
    ['another map', [{ type: 'map', map: formatRelayMap(mapOf(['ams', 'par'])) }], ['first 1', 'first 1', 'nearest 1']],
  ])('%s', async (_, more, reasons) => {
    expect(await reasonsWith(...more)).toEqual(reasons);
  });
});
