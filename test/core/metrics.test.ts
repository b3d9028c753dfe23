import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../core/metrics.ts';
import { scene } from './report/arbitrary.ts';
import { heard, probed, reported, started } from './report/events.ts';
import { answeredIn, decisionFor, mapOf, regionOf, worldMap } from './report/samples.ts';

const samplesOf = (text: string, name: string): string[] => text.split('\n').filter((line) => line.startsWith(`nearest_relay_${name}{`) || line.startsWith(`nearest_relay_${name} `)).map((line) => line.slice('nearest_relay_'.length));

/** The grammar of the exposition format 0.0.4, strict: HELP, TYPE, then that metric's samples, no series twice. */
function checkFormat(text: string): void {
  expect(text.endsWith('\n')).toBe(true);
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-z_]+) \S.*$/.exec(line);
    const type = /^# TYPE ([a-z_]+) (counter|gauge)$/.exec(line);
    const sample = /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\}))?)+\})? (-?\d+(\.\d+)?(e[+-]\d+)?|NaN|[+-]Inf)$/.exec(line);
    if (help) {
      current = help[1] ?? '';
      expect(seen.has(current), current).toBe(false);
      seen.add(current);
    } else if (type) expect(type[1]).toBe(current);
    else {
      expect(sample, line).not.toBeNull();
      expect(sample?.[1]).toBe(current);
      const series = line.slice(0, line.lastIndexOf(' '));
      expect(seen.has(`series ${series}`), series).toBe(false);
      seen.add(`series ${series}`);
    }
  }
}

describe('metrics', () => {
  it('are well formed and complete before anything happened', () => {
    const text = createMetrics().text();
    checkFormat(text);
    expect(samplesOf(text, 'reports_total')).toEqual(['reports_total{scope="full"} 0', 'reports_total{scope="incremental"} 0']);
    expect(text).toContain('# TYPE nearest_relay_home_info gauge\n');
  });

  it('count probes by kind and family', () => {
    const metrics = createMetrics();
    for (const event of [probed('1', 'stun', 4), probed('2', 'stun', 4), probed('1', 'stun', 6), probed('1', 'https'), heard('1', 8, 'stun', 4), heard('1', 30, 'https')]) metrics.onEvent(event);
    metrics.onEvent({ type: 'lost', atMs: 9, region: '2', node: '2a', kind: 'stun', family: 4, code: 'no-answer', message: 'nothing came' });
    expect(samplesOf(metrics.text(), 'probes_sent_total')).toEqual(['probes_sent_total{kind="stun",family="ipv4"} 2', 'probes_sent_total{kind="stun",family="ipv6"} 1', 'probes_sent_total{kind="https",family="any"} 1']);
    expect(samplesOf(metrics.text(), 'probes_answered_total')).toEqual(['probes_answered_total{kind="stun",family="ipv4"} 1', 'probes_answered_total{kind="https",family="any"} 1']);
    expect(samplesOf(metrics.text(), 'probes_lost_total')).toEqual(['probes_lost_total{kind="stun",code="no-answer"} 1']);
  });

  it('count reports and moves, and name the home alone', () => {
    const metrics = createMetrics();
    metrics.onEvent(reported(worldMap, { regions: { 1: answeredIn('fra', 8) } }, decisionFor('1')));
    metrics.onEvent(reported(worldMap, { full: false, regions: { 2: answeredIn('ams', 7) } }, decisionFor('2', { previous: '1', reason: 'moved-nearer' })));
    metrics.onEvent(reported(worldMap, { full: false }, decisionFor('2', { changed: false })));
    const text = metrics.text();
    checkFormat(text);
    expect(samplesOf(text, 'reports_total')).toEqual(['reports_total{scope="full"} 1', 'reports_total{scope="incremental"} 2']);
    expect(samplesOf(text, 'reports_failed_total')).toEqual(['reports_failed_total 1']);
    expect(samplesOf(text, 'home_changes_total')).toEqual(['home_changes_total{reason="first"} 1', 'home_changes_total{reason="moved-nearer"} 1']);
    expect(samplesOf(text, 'home_info')).toEqual(['home_info{region="ams"} 1']);
    expect(samplesOf(text, 'udp_packets_sent_total')).toEqual(['udp_packets_sent_total 192']);
    metrics.onEvent(reported(worldMap, {}, decisionFor(undefined)));
    expect(samplesOf(metrics.text(), 'home_info')).toEqual([]);
  });

  it('tell of the home\'s connection by the region\'s code, and of how long there was none', () => {
    const metrics = createMetrics();
    metrics.onEvent(started(worldMap));
    const home = { type: 'home' as const, at: 1, region: '1' };
    metrics.onEvent({ type: 'connection', at: 1, region: '1', node: '1a', state: 'carries', rttMs: 9 });
    metrics.onEvent({ ...home, event: 'up', reason: 'first', rttMs: 9 });
    metrics.onEvent({ type: 'pong', at: 2, region: '1', rttMs: 8 });
    expect(samplesOf(metrics.text(), 'home_connection_info')).toEqual(['home_connection_info{region="fra"} 1']);
    expect(samplesOf(metrics.text(), 'home_connection_rtt_seconds')).toEqual(['home_connection_rtt_seconds 0.008']);
    metrics.onEvent({ ...home, event: 'down', reason: 'silent' });
    expect(samplesOf(metrics.text(), 'home_connection_info')).toEqual([]);
    expect(samplesOf(metrics.text(), 'home_connection_rtt_seconds')).toEqual([]);
    for (const downMs of [250, 500]) metrics.onEvent({ ...home, region: '2', event: 'up', reason: 'failover', downMs });
    metrics.onEvent({ type: 'held', at: 3, region: '1' });
    const text = metrics.text();
    checkFormat(text);
    expect(samplesOf(text, 'failover_seconds')).toEqual(['failover_seconds 0.5']);
    expect(samplesOf(text, 'home_down_seconds_total')).toEqual(['home_down_seconds_total 0.75']);
    expect(samplesOf(text, 'home_moves_held_total')).toEqual(['home_moves_held_total 1']);
    expect(samplesOf(text, 'home_attempts_total')).toEqual(['home_attempts_total{outcome="carries"} 1']);
    expect(samplesOf(text, 'home_connection_changes_total')).toContain('home_connection_changes_total{event="down",reason="silent"} 1');
  });

  it('have latencies in seconds, by kind and family; kept when not asked, gone when asked in vain', () => {
    const metrics = createMetrics();
    const kinds = { stun: { ms: 8.3, v4Ms: 8.3, v6Ms: 9, samples: 2, lost: 0 }, https: { ms: 10, samples: 1, lost: 0 } };
    metrics.onEvent(reported(worldMap, { regions: { 1: answeredIn('fra', 8.3, { kinds }), 2: answeredIn('ams', 13.27), 3: answeredIn('par', 14) } }));
    const fra = ['region_latency_seconds{region="fra",kind="stun",family="ipv4"} 0.0083', 'region_latency_seconds{region="fra",kind="stun",family="ipv6"} 0.009', 'region_latency_seconds{region="fra",kind="https",family="any"} 0.01'];
    const ams = 'region_latency_seconds{region="ams",kind="stun",family="ipv4"} 0.01327';
    expect(samplesOf(metrics.text(), 'region_latency_seconds')).toEqual([...fra, ams, 'region_latency_seconds{region="par",kind="stun",family="ipv4"} 0.014']);
    metrics.onEvent(reported(worldMap, { full: false, regions: { 2: answeredIn('ams', 13.27), 3: regionOf({ code: 'par', lost: 1 }) } }));
    expect(samplesOf(metrics.text(), 'region_latency_seconds')).toEqual([...fra, ams]);
    metrics.onEvent(reported(mapOf([{ id: '2', code: 'ams' }]), { full: false }));
    expect(samplesOf(metrics.text(), 'region_latency_seconds')).toEqual([ams]);
  });

  it('escape what maps say, and keep apart regions that share a code', () => {
    const map = mapOf([{ id: '1', code: 'a"b\\c\nd' }, { id: '2', code: 'x' }, { id: '3', code: 'x' }]);
    const metrics = createMetrics();
    metrics.onEvent(reported(map, { regions: { 1: answeredIn('', 1), 2: answeredIn('x', 2), 3: answeredIn('x', 3) } }, decisionFor('3')));
    checkFormat(metrics.text());
    expect(samplesOf(metrics.text(), 'home_info')).toEqual(['home_info{region="x-3"} 1']);
    expect(samplesOf(metrics.text(), 'region_latency_seconds')[0]).toBe('region_latency_seconds{region="a\\"b\\\\c\\nd",kind="stun",family="ipv4"} 0.001');
    expect(samplesOf(metrics.text(), 'region_latency_seconds')).toHaveLength(3);
  });

  it('stay well formed and bounded by the map, whatever is reported', () => {
    fc.assert(fc.property(fc.array(scene, { maxLength: 5 }), (scenes) => {
      const metrics = createMetrics();
      for (const { report, decision, map } of scenes) metrics.onEvent(reported(map, report, decision));
      checkFormat(metrics.text());
      const regions = scenes.at(-1)?.map.regions.length ?? 0;
      expect(samplesOf(metrics.text(), 'region_last_answer_timestamp_seconds').length).toBeLessThanOrEqual(regions);
      expect(samplesOf(metrics.text(), 'region_latency_seconds').length).toBeLessThanOrEqual(regions * 8 * 3);
    }));
  });
});
