import type { Scenario } from './scenario.ts';

export interface Case {
  readonly name: string;
  readonly scenario: Scenario;
  /** Moves of each client, fewest and most. */
  readonly moves: readonly [fewest: number, most: number];
  readonly useless?: number;
  /** Mean seconds until the move, at most: on netcheck's plan, and on its own. */
  readonly seconds?: readonly [onNetchecks: number, onOwn: number];
  readonly deadSeconds?: number;
  readonly homes?: string;
  /** The same of netcheck: fewest and most moves. */
  readonly netcheck: readonly [fewest: number, most: number];
}

const between = (minute: number, from: number, to: number): boolean => minute >= from && minute < to;
const hourMs = 3_600_000;

export const cases: readonly Case[] = [
  { name: 'spike: single reports with a slow home', scenario: { hours: 2, reads: (region, _, ms, __, report) => (region === 0 && report < 0.08 ? ms + 150 : ms) }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'lost probe, the connection fine', scenario: { hours: 4, reads: (region, _, ms, __, report) => (region === 0 && report < 0.05 ? Infinity : ms) }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'lost probe, nothing known of the connection', scenario: { hours: 4, connected: false, reads: (region, _, ms, __, report) => (region === 0 && report < 0.03 ? Infinity : ms) }, moves: [0, 0], netcheck: [26, 38] },
  { name: 'drift: the home gets slowly worse', scenario: { hours: 6, truth: (region, minute, ms) => (region === 0 ? ms + minute / 12 : ms) }, moves: [1, 1], useless: 0, seconds: [480, 520], netcheck: [1, 1] },
  { name: 'diurnal: two near regions cross four times', scenario: { hours: 12, baseMs: [20, 20, 60, 80, 120], truth: (region, minute, ms) => (region < 2 ? ms + (region ? -1 : 1) * 4 * Math.sin((minute / 360) * 2 * Math.PI) : ms) }, moves: [3, 4], useless: 0, netcheck: [0, 1] },
  { name: 'bufferbloat: all regions alike', scenario: { hours: 4, reads: (_, minute, ms, __, report) => (minute % 40 > 30 ? ms + 80 + 80 * report : ms) }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'outage: gone for 20 min', scenario: { hours: 3, truth: (region, minute, ms) => (region === 0 && between(minute, 60, 80) ? Infinity : ms) }, moves: [2, 2], useless: 0, deadSeconds: 30, homes: 'aba', netcheck: [2, 2] },
  { name: 'zombie: connections dead, probes answer', scenario: { hours: 2, truth: (region, minute, ms) => (region === 0 && between(minute, 60, 65) ? Infinity : ms), reads: (region, minute, ms) => (region === 0 && between(minute, 60, 65) ? 10 : ms) }, moves: [2, 2], useless: 0, deadSeconds: 30, homes: 'aba', netcheck: [0, 0] },
  { name: 'step: 30 ms slower for good', scenario: { hours: 2, truth: (region, minute, ms) => (region === 0 && minute >= 45 ? ms + 40 : ms) }, moves: [1, 1], useless: 0, seconds: [156, 158], netcheck: [1, 1] },
  { name: 'blip: 30 ms slower for two minutes', scenario: { hours: 4, truth: (region, minute, ms) => (region === 0 && minute > 20 && minute % 30 < 2 ? ms + 40 : ms) }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'loss20: a fifth of the probes to the home lost', scenario: { hours: 3, reads: (region, _, ms, chance) => (region === 0 && chance < 0.2 ? Infinity : ms) }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'twins: within 1 ms, Wi-Fi noise', scenario: { hours: 6, baseMs: [20, 20.6, 60, 80, 120], jitterMs: 3 }, moves: [0, 0], netcheck: [0, 1] },
  { name: 'suspend: three hours asleep, nothing changed', scenario: { hours: 6, jitterMs: 1, events: [{ type: 'sleep', atMs: hourMs, forMs: 3 * hourMs }] }, moves: [0, 0], netcheck: [0, 0] },
  { name: 'suspend, woken elsewhere', scenario: { hours: 5, events: [{ type: 'sleep', atMs: hourMs, forMs: 3 * hourMs }], truth: (region, minute, ms) => (minute < 240 ? ms : [80, 70, 60, 12, 40][region] ?? ms) }, moves: [1, 1], useless: 0, seconds: [30, 30], netcheck: [1, 1] },
  { name: 'new network: all times change at once', scenario: { hours: 3, truth: (region, minute, ms) => (minute < 61 ? ms : [80, 70, 60, 12, 40][region] ?? ms) }, moves: [1, 2], useless: 0, seconds: [280, 80], netcheck: [1, 1] },
  { name: 'cellular: heavy jitter, the next a little slower', scenario: { hours: 6, baseMs: [40, 46, 60, 80, 120], jitterMs: 15 }, moves: [0, 2], useless: 1, netcheck: [0, 2] },
  { name: 'better-far: a region never among the three becomes the best', scenario: { hours: 3, baseMs: [40, 50, 60, 90, 120], truth: (region, minute, ms) => (region === 4 && minute >= 61 ? 15 : ms) }, moves: [1, 1], useless: 0, seconds: [190, 170], homes: 'ae', netcheck: [1, 1] },
  { name: 'udp-blocked: the home answers no probes, its connection works', scenario: { hours: 3, reads: (region, minute, ms) => (region === 0 && minute > 30 ? Infinity : ms) }, moves: [0, 0], netcheck: [0, 0] },
];
