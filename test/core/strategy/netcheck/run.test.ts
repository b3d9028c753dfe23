import { expect, it } from 'vitest';
import { ProbeFailure } from '../../../../core/errors.ts';
import type { Context } from '../../../../core/model/context.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import { speaks } from '../../../../core/model/map.ts';
import { createRunner, type RunResult } from '../../../../core/probe/run.ts';
import type { Transport } from '../../../../core/probe/transport.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { virtualClock, type VirtualClock } from '../../../virtual-clock.ts';
import { context, mapOf, report } from './situation.ts';

// Five regions with a node each, 10 to 200 ms away; a network that drops what a case says. Reports are run by the runner,
// in virtual time: here it shows that the rules and the runner understand each other.

const roundTripMs: Readonly<Record<string, number>> = { '1a': 10, '2a': 20, '3a': 40, '4a': 80, '5a': 200 };
const map = mapOf('1', '2', '3', '4', '5');

function transport(clock: VirtualClock, kind: Kind, passes: (node: string) => boolean): Transport {
  return {
    name: kind,
    kind,
    supports: (node) => speaks(node, kind),
    async probe(node, { family, signal }) {
      const latencyMs = roundTripMs[node.name] ?? Infinity;
      if (passes(node.name)) await clock.sleep(latencyMs, signal);
      else await new Promise<void>((done) => { signal.addEventListener('abort', () => done(), { once: true }); });
      if (signal.aborted) throw new ProbeFailure('no-answer', 'nothing came', true);
      return { kind, latencyMs, ...(family && { family }), ...(kind === 'stun' && { mapped: family === 6 ? '[2001:db8::9]:1' : '192.0.2.9:1' }) };
    },
    close() {},
  };
}

async function run(passes: (kind: Kind, node: string) => boolean, extra: Partial<Context> = {}, kinds: readonly Kind[] = ['stun', 'https', 'icmp']): Promise<RunResult> {
  const clock = virtualClock();
  const strategy = netcheck();
  const state = strategy.start();
  const seen = context(map, { families: { v4: true, v6: false }, can: Object.fromEntries(map.regions.flatMap(({ nodes }) => nodes.map((node) => [node.name, kinds.filter((kind) => speaks(node, kind))]))), ...extra });
  const runner = createRunner({ clock, transports: kinds.map((kind) => transport(clock, kind, (node) => passes(kind, node))) });
  const result = await clock.until(runner.run({ plan: strategy.plan(state, seen), context: seen, strategy: strategy.name, next: (progress) => strategy.next(state, progress) }));
  expect(clock.sleeping).toBe(0);
  return result;
}

const last = report({ 1: 10, 2: 20, 3: 40, 4: 80, 5: 200 });
const latencies = ({ report }: RunResult): Record<string, string> =>
  Object.fromEntries(Object.entries(report.regions).flatMap(([id, { latencyMs, kind }]) => (latencyMs === undefined ? [] : [[id, `${kind} ${latencyMs}`]])));

it.each<[string, () => Promise<RunResult>, { stop: string; durationMs: number; latencies: Record<string, string> }]>([
  ['full: third answer at 40 ms, twice its round trip more', () => run(() => true), { stop: 'enough', durationMs: 120, latencies: { 1: 'stun 10', 2: 'stun 20', 3: 'stun 40', 4: 'stun 80' } }],
  ['incremental: the last of three answers ends it', () => run(() => true, { last }), { stop: 'enough', durationMs: 40, latencies: { 1: 'stun 10', 2: 'stun 20', 3: 'stun 40' } }],
  ['incremental: a far home is waited for once the slowest', () => run(() => true, { last, home: { region: '4' } }), { stop: 'enough', durationMs: 80, latencies: { 1: 'stun 10', 2: 'stun 20', 3: 'stun 40', 4: 'stun 80' } }],
  ['two regions answer: the STUN phase lasts 3 s', () => run((_, node) => node < '3'), { stop: 'timeout', durationMs: 3000, latencies: { 1: 'stun 10', 2: 'stun 20' } }],
  ['UDP blocked: HTTPS and ICMP, 200 ms for the farthest', () => run((kind) => kind !== 'stun'), { stop: 'enough', durationMs: 3200, latencies: { 1: 'https 10', 2: 'https 20', 3: 'https 40', 4: 'https 80', 5: 'https 200' } }],
  ['UDP and ICMP blocked: ICMP has its second', () => run((kind) => kind === 'https'), { stop: 'enough', durationMs: 4000, latencies: { 1: 'https 10', 2: 'https 20', 3: 'https 40', 4: 'https 80', 5: 'https 200' } }],
  ['one relay without HTTPS: until the report ends', () => run((kind, node) => kind === 'https' && node !== '1a'), { stop: 'timeout', durationMs: 5000, latencies: { 2: 'https 20', 3: 'https 40', 4: 'https 80', 5: 'https 200' } }],
  ['nothing answers', () => run(() => false), { stop: 'timeout', durationMs: 5000, latencies: {} }],
  ['no UDP on this platform', () => run(() => true, {}, ['https']), { stop: 'enough', durationMs: 200, latencies: { 1: 'https 10', 2: 'https 20', 3: 'https 40', 4: 'https 80', 5: 'https 200' } }],
  ['no UDP, one silent relay', () => run((_, node) => node !== '2a', {}, ['https']), { stop: 'timeout', durationMs: 5000, latencies: { 1: 'https 10', 3: 'https 40', 4: 'https 80', 5: 'https 200' } }],
])('%s', async (_, made, expected) => {
  const result = await made();
  expect({ stop: result.stop, durationMs: result.report.durationMs, latencies: latencies(result) }).toEqual(expected);
});

it('probes that would tell nothing new are not sent', async () => {
  // Both families; IPv6 of the nearest two is silent, though another region proves that IPv6 works.
  const v6 = { ...report({}), regions: Object.fromEntries(Object.entries(last.regions).map(([id, of]) => [id, { ...of, v4Ms: of.latencyMs ?? 0, v6Ms: of.latencyMs ?? 0 }])) };
  const all = await run(() => true, { last: v6, families: { v4: true, v6: true } });
  // Two for each family of the nearest two, less the retries that came after the answer; one for the third.
  expect(all.udp.packets).toBe(5);
});
