import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decisionLine, explain, explainStep, formatEvidence, formatWhatIf, replay, TraceError, whatIf } from '../../core/judge/index.ts';
import type { Strategy } from '../../core/model/strategy.ts';
import { netcheck } from '../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../core/strategy/steady/steady.ts';
import { eventful, record, recordable } from '../core/judge/recorded.ts';

const strategies = [steady() as Strategy, netcheck() as Strategy];

/** All that reads a trace, over the same one: each gives a result or a `TraceError`, and what is printed keeps to its lines. `step`: the one report too, which takes longer. */
async function readAll(trace: string | Uint8Array, step = true): Promise<'taken' | 'refused'> {
  const readers: (() => Promise<string[]>)[] = [
    () => collect(replay(trace), decisionLine),
    () => collect(replay(trace, { strategy: { ...netcheck(), name: 'another' } as Strategy }), decisionLine),
    () => collect(explain(trace), (line) => line),
    async () => formatWhatIf(await whatIf(trace, { strategies })).split('\n'),
    ...(step ? [async () => formatEvidence(await explainStep(trace, 2)).split('\n')] : []),
  ];
  let refused = false;
  for (const read of readers) {
    try {
      for (const line of await read()) expect(line).not.toMatch(/\p{Cc}/u);
    } catch (error) {
      if (error instanceof RangeError && error.message.startsWith('the trace has no report 2')) continue;
      expect(error).toBeInstanceOf(TraceError);
      expect((error as Error).message).toMatch(/^line \d+: /);
      expect((error as Error).message).not.toMatch(/\p{Cc}/u);
      expect((error as Error).message.length).toBeLessThan(400);
      refused = true;
    }
  }
  return refused ? 'refused' : 'taken';
}

async function collect<T>(source: AsyncIterable<T>, say: (item: T) => string): Promise<string[]> {
  const lines: string[] = [];
  for await (const item of source) lines.push(say(item));
  return lines;
}

/** Every place in a document: the way to each value. */
function placesIn(value: unknown, way: (string | number)[] = []): (string | number)[][] {
  const children = Array.isArray(value) ? [...value.entries()] : value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return [way, ...children.flatMap(([key, child]) => placesIn(child, [...way, key]))];
}

function replaced(value: unknown, [key, ...rest]: (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** The key `__proto__` as JSON has it, which an object literal has not. */
const proto: unknown = JSON.parse('{"__proto__":{"latencyMs":1,"samples":1,"lost":0,"doubt":[],"code":"x"}}');
const edgy = fc.constantFrom<unknown>(undefined, null, true, 0, -0, 1, -1, 1.5, 1e-300, 1e300, 2 ** 53, 8.64e15, '', '1', '-9', '__proto__', 'constructor', 'stun', '\u001b[2J\r\n', '\ud800', [], {}, [null], [{}], ['1'], { '1': {} }, { '1': null }, [[]], proto);
const anyValue = fc.oneof({ weight: 3, arbitrary: edgy }, fc.jsonValue());

let traces: string[][];
beforeAll(async () => {
  traces = await Promise.all(Object.values(recordable).map(async (make) => (await record(make(), eventful.slice(0, 9).map((act) => (act.act === 'reports' ? { ...act, count: Math.min(act.count, 3) } : act)))).trimEnd().split('\n')));
});

describe('a trace', () => {
  it('of any text', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.json()).map((lines) => lines.join('\n'))), async (text) => void (await readAll(text))), { numRuns: 300 });
  });

  it('of any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), async (bytes) => void (await readAll(bytes))), { numRuns: 200 });
  });

  it('with lines cut, doubled, swapped or left out', async () => {
    const edit = fc.record({ trace: fc.nat({ max: 3 }), at: fc.nat({ max: 40 }), to: fc.nat({ max: 40 }), how: fc.constantFrom('cut', 'double', 'swap', 'drop'), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(fc.asyncProperty(edit, async ({ trace, at, to, how, share }) => {
      const lines = [...(traces[trace] ?? [])];
      const [one = '', other = ''] = [lines[at % lines.length], lines[to % lines.length]];
      if (how === 'cut') lines[at % lines.length] = one.slice(0, Math.floor(one.length * share));
      else if (how === 'double') lines.splice(to % lines.length, 0, one);
      else if (how === 'drop') lines.splice(at % lines.length, 1);
      else [lines[at % lines.length], lines[to % lines.length]] = [other, one];
      await readAll(lines.join('\n'), share < 0.2);
    }), { numRuns: 150 });
  }, 60_000);

  it('with one value changed', async () => {
    const counts = { taken: 0, refused: 0 };
    const change = fc.record({ trace: fc.nat({ max: 3 }), line: fc.nat({ max: 30 }), place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), by: anyValue });
    await fc.assert(fc.asyncProperty(change, async ({ trace, line, place, by }) => {
      const lines = [...(traces[trace] ?? [])];
      const at = line % lines.length;
      const document: unknown = JSON.parse(lines[at] ?? '');
      const places = placesIn(document);
      lines[at] = JSON.stringify(replaced(document, places[Math.floor(place * places.length)] ?? [], by) ?? null);
      counts[await readAll(lines.join('\n'), place * 10 % 1 < 0.2)]++;
    }), { numRuns: 300 });
    expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(5);
  }, 120_000);

  it.each<[string, (lines: readonly string[]) => string | Uint8Array]>([
    ['nested a million deep', (lines) => [...lines, `{"type":"decision","decision":${'['.repeat(1e6)}${']'.repeat(1e6)}}`].join('\n')],
    ['with such a state', (lines) => [lines[0]?.replace(/"state":\{.*\},"map"/, `"state":${'{"a":'.repeat(3e5)}1${'}'.repeat(3e5)},"map"`), ...lines.slice(1)].join('\n')],
    ['with preferences so deep', (lines) => lines.map((line) => line.replace('"clientKey"', `"preferences":{"extra":${'['.repeat(3e5)}${']'.repeat(3e5)}},"clientKey"`)).slice(0, 4).join('\n')],
    ['in one line without an end', () => new Uint8Array(40_000_000).fill(0x20)],
    ['of line feeds alone', () => '\n'.repeat(1e5)],
    ['with a state of many reports of one instant', (lines) => [lines[0]?.replace('"history":[]', `"history":[${Array.from({ length: 9_999 }, () => '{"at":1700000000000,"latencyNs":[]}').join(',')}]`), ...lines.slice(1)].join('\n')],
  ])('%s', async (_, make) => {
    for (const lines of traces.slice(0, 3)) await readAll(make(lines));
  }, 60_000);
});
