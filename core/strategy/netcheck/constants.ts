/** A whole report. Longer, and the answer would describe a network that has changed meanwhile. */
export const reportTimeoutMs = 5_000;

/** Silence over UDP for so long means that UDP is blocked; what is left of the report goes to HTTPS and ICMP. */
export const stunPhaseMs = 3_000;

/** ICMP either answers within a second or is filtered. HTTPS has until the report's end. */
export const icmpPhaseMs = 1_000;

/** A node has so long to connect before the region's next one is tried over HTTPS. */
export const httpsNextNodeMs = 1_500;

/** Regions come and go: all of them are measured again at least this often. */
export const fullReportIntervalMs = 300_000;

/** Full report: nothing is known of the network yet, and a few packets more are the price of a quick answer. */
export const initialRetryMs = 100;
export const initialTries = 3;

/** Incremental report, region without a known latency: it was silent last time, so it is probably far. */
export const unknownRetryMs = 200;

/** A retry waits 6/5 of the last round trip: an answer that is late by a fifth is taken as lost. */
export const retryPercent = 120;

/** From the third try on each waits this much more for every try before it, so that a burst of loss can pass. */
export const retrySpreadMs = 50;

/** Regions that an incremental report probes. The next home is nearly always one of the three nearest. */
export const incrementalRegions = 3;

/** Of these the nearest few are asked twice, as the NAT test needs two answers; home four times, as losing it costs a move. */
export const fastestRegions = 2;
export const fastestTries = 2;
export const homeTries = 4;

/** Answers of three regions suffice to choose; the rest gets the slowest one's round trip, in a full report twice that. */
export const enoughRegions = 3;
export const fullPatience = 2;

/** Stay unless the gain is at least 10 ms: two near regions must not take turns over a ms. */
export const absoluteGainMs = 10;

/** A frame from the home's relay this recently proves that it is reachable, whatever became of the probes. */
export const heardRecentlyMs = 8_000;

/** Twice the relay's keep-alive: without any measurement a home that was heard since is kept through a short outage. */
export const heardKeepAliveMs = 120_000;

/** Reports are 20 to 26 s apart: below the usual 30 s after which a NAT forgets a mapping, and not in step with others. */
export const waitMs = 20_000;
export const waitSpreadMs = 6_000;

/**
 * Bounds the state, not a rule of netcheck: reports at its own pace fill 15 places. From 512 on, those that are less than
 * 600 ms apart share one, which keeps a window of five minutes and five seconds in 509.
 */
export const maxHistory = 512;
export const crowdedMs = 600;
