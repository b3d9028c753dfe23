import { expect, it } from 'vitest';
import * as netcheck from '../../../core/strategy/netcheck/constants.ts';
import { edition2026 } from '../../../core/strategy/netcheck/edition.ts';
import * as steady from '../../../core/strategy/steady/constants.ts';

// What each constant is for is said beside it; how they must stand to one another is said here.
it.each<[string, number, number]>([
  ['STUN and ICMP together fit into a report', netcheck.stunPhaseMs + netcheck.icmpPhaseMs, netcheck.reportTimeoutMs],
  ['a full report is in the window until the next is complete', netcheck.fullReportIntervalMs + netcheck.reportTimeoutMs, edition2026.windowMs],
  ['all tries of a full report go out while STUN is awaited', netcheck.initialTries * netcheck.initialRetryMs, netcheck.stunPhaseMs],
  ['a report is over long before the next is due', netcheck.reportTimeoutMs, netcheck.waitMs],
  ['what was heard recently was heard within the keep-alives', netcheck.heardRecentlyMs, netcheck.heardKeepAliveMs],
  ['enough regions are among those that an incremental report asks', netcheck.enoughRegions, netcheck.incrementalRegions],
  ['steady turns to HTTPS sooner than netcheck', steady.udpSilenceMs, netcheck.stunPhaseMs],
  ['steady has asked twice before it turns to HTTPS', netcheck.initialRetryMs, steady.udpSilenceMs],
  ['a line whose nearest relay is silent for that long may be one that queues', steady.queuedMs, steady.udpSilenceMs],
  ['a pinned region has had its tries before another stands in', (netcheck.initialTries - 1) * netcheck.initialRetryMs, steady.pinPatienceMs],
  ['a connection has longer than a datagram', steady.silencePatienceMs, steady.connectPatienceMs],
  ['the window holds a full report', netcheck.fullReportIntervalMs, steady.windowMs],
  ['a place in the window is no longer than the pause between two reports', steady.bucketMs, netcheck.waitMs],
  ['the more there is to gain the fewer votes', steady.fewestVotes, steady.usualVotes],
  ['the fewest where hardly anything but the gain moves', steady.expressVotes, steady.fewestVotes],
  ['votes that noise asks for as well can be had', (steady.usualVotes + steady.noisyPatience) * steady.voteShare, steady.mostVotes + 1],
  ['pairs of a fast pace fill the span', steady.leastSpanMs / 5_000, steady.mostPairs],
  ['a home is not left sooner than three reports tell', steady.missesToLeave, steady.earlyVotes],
  ['a sleep is longer than the window', steady.windowMs, steady.sleepMs],
  ['regions that cannot be told apart are nearer than the least gain', steady.equalMs, steady.leastGainMs],
  ['and so by share', steady.equalShare, steady.leastGainShare],
])('%s', (_, lesser, greater) => {
  expect(lesser).toBeLessThanOrEqual(greater);
});
