import { decisionOf } from '../../core/choice/decision-of.ts';
import type { Context } from '../../core/model/context.ts';
import type { RegionId } from '../../core/model/map.ts';
import { answered, type Report } from '../../core/model/report.ts';
import type { Strategy } from '../../core/model/strategy.ts';
import { netcheck } from '../../core/strategy/netcheck/netcheck.ts';

/** A choice on netcheck's plan and pace. */
function rule<S>(name: string, start: () => S, choose: (state: S, report: Report, context: Context) => { state: S; home?: RegionId }): Strategy {
  const plans = netcheck();
  interface State { readonly own: S; readonly lastFullAt?: number }
  const strategy: Strategy<State> = {
    name,
    start: () => ({ own: start() }),
    full: (state, context) => plans.full({ ...plans.start(), ...(state.lastFullAt !== undefined && { lastFullAt: state.lastFullAt }) }, context),
    plan: (_, context) => plans.plan(plans.start(), context),
    next: (_, progress) => plans.next(plans.start(), progress),
    choose(state, report, context) {
      const { state: own, home } = choose(state.own, report, context);
      const previous = context.home?.region;
      const lastFullAt = report.full ? report.at - report.durationMs : state.lastFullAt;
      return {
        state: { own, ...(lastFullAt !== undefined && { lastFullAt }) },
        decision: decisionOf(context.map, { ...(home !== undefined && { home }), ...(previous !== undefined && { previous }), changed: home !== previous, state: 'settled', reason: 'nearest', sure: 0 }),
      };
    },
    wait: (state, decision, context) => plans.wait({ ...plans.start(), ...(state.lastFullAt !== undefined && { lastFullAt: state.lastFullAt }) }, decision, context),
  };
  return strategy as Strategy;
}

const nearestOf = (latencies: readonly (readonly [RegionId, number])[]): RegionId | undefined => latencies.toSorted(([, a], [, b]) => a - b)[0]?.[0];

/** The lowest of this report, whatever was before. */
export const lowestNow = (): Strategy => rule('lowest-now', () => 0, (state, report, context) => {
  const home = nearestOf(answered(report)) ?? context.home?.region;
  return { state, ...(home !== undefined && { home }) };
});

interface Votes {
  readonly home?: RegionId;
  readonly sums: Readonly<Record<RegionId, number>>;
  /** Paired latencies, newest last. */
  readonly pairs: Readonly<Record<RegionId, readonly (readonly [home: number, candidate: number])[]>>;
  readonly floors: readonly number[];
  readonly misses: number;
  readonly barred: Readonly<Record<RegionId, { readonly until: number; readonly forMs: number }>>;
  readonly since: number;
}

const mostVotes = 16;
const fewestVotes = 7;
const usualVotes = 11;
const earlyVotes = 4;
const earlyMs = 600_000;
const barMs = 600_000;

/**
 * Votes: each paired difference counts (d - k)/k clipped to ±1; a candidate wins with 11 votes at a gain of 1 k down to 7 at
 * 6 k, gains counted between the minima of the last reports in which both answered, less their luck. Dead connections are
 * barred for 10 min, doubling; an unknown one is left at the third miss; four votes suffice in the first ten minutes.
 */
export const votes = ({ calm = false }: { readonly calm?: boolean } = {}): Strategy => rule<Votes>(calm ? 'votes-calm' : 'votes', () => ({ sums: {}, pairs: {}, floors: [], misses: 0, barred: {}, since: 0 }), (before, report, context) => {
  const fresh = before.since === 0 || context.network?.gapMs !== undefined;
  const since = fresh ? report.at : before.since;
  const latencies = answered(report);
  const homeMs = latencies.find(([id]) => id === before.home)?.[1];
  const reset = { sums: {}, pairs: {}, floors: [], misses: 0, since };
  const isBarred = (id: RegionId): boolean => (before.barred[id]?.until ?? 0) > report.at;
  const others = latencies.filter(([id]) => id !== before.home && !isBarred(id));
  const best = nearestOf(others) ?? nearestOf(latencies.filter(([id]) => id !== before.home));
  if (before.home === undefined) {
    const home = nearestOf(latencies);
    return { state: { ...before, ...reset, ...(home !== undefined && { home }) }, ...(home !== undefined && { home }) };
  }
  const alive = context.home?.region === before.home ? context.home.alive : undefined;
  if (alive === false) {
    const forMs = (before.barred[before.home]?.forMs ?? barMs / 2) * 2;
    const home = best ?? before.home;
    return { state: { ...before, ...reset, home, barred: { ...before.barred, [before.home]: { until: report.at + forMs, forMs } } }, home };
  }
  if (homeMs === undefined) {
    const misses = alive ? 0 : before.misses + 1;
    const home = misses >= 3 && best !== undefined ? best : before.home;
    return { state: home === before.home ? { ...before, since, misses } : { ...before, ...reset, home }, home };
  }
  const floors = [...before.floors, homeMs].slice(-15);
  const k = Math.max(2, 0.04 * Math.min(...floors));
  const sums: Record<RegionId, number> = { ...before.sums };
  const pairs: Record<RegionId, readonly (readonly [number, number])[]> = { ...before.pairs };
  let winner: RegionId | undefined;
  let winnerGain = 0;
  for (const [id, ms] of others) {
    sums[id] = Math.max(0, Math.min(mostVotes, (sums[id] ?? 0) + Math.max(-1, Math.min(1, (homeMs - ms - k) / k))));
    const list = [...(pairs[id] ?? []), [homeMs, ms] as const].slice(-mostVotes);
    pairs[id] = list;
    const isEarly = report.at - since < earlyMs;
    const counts = calm ? [isEarly ? earlyVotes : 13] : isEarly ? [earlyVotes, ...range(fewestVotes, usualVotes)] : range(fewestVotes, usualVotes);
    for (const n of counts) {
      const needed = n === earlyVotes || calm ? k : k * (1 + (5 * (usualVotes - n)) / (usualVotes - fewestVotes));
      if ((sums[id] ?? 0) < n - 0.01 || list.length < n) continue;
      const last = list.slice(-n);
      const jumps = last.slice(1).map(([h, c], place) => Math.abs(h - c - ((last[place]?.[0] ?? 0) - (last[place]?.[1] ?? 0))));
      const luck = jumps.reduce((sum, jump) => sum + jump, 0) / Math.max(1, jumps.length) / n;
      const gain = Math.min(...last.map(([h]) => h)) - Math.min(...last.map(([, c]) => c)) - luck;
      if (gain >= needed && gain > winnerGain) {
        winner = id;
        winnerGain = gain;
      }
    }
  }
  if (winner !== undefined) return { state: { ...before, ...reset, since, home: winner }, home: winner };
  return { state: { ...before, since, sums, pairs, floors, misses: 0 }, home: before.home };
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
