/** A report counts towards the floors for so long: the same five minutes that hold one full report at least. */
export const windowMs = 300_000;

/** Reports closer together than this share a place in the window, so that a client that reports every second keeps a bounded state. */
export const bucketMs = 15_000;

/** A difference below this is not worth a move, whatever it is of the home's latency. */
export const leastGainMs = 3;

/** The same as a share of the home's floor. */
export const leastGainShare = 0.06;

/** One report counts at most so many times the least gain: queueing is heavy-tailed, and a spike is one report. */
export const clipFactor = 3;

/** So much evidence moves, in least gains. At the clip that is four reports running; at twice the least gain, twelve. */
export const moveEvidence = 12;

/** The minima must agree with the evidence, by this share of the least gain: a home that merely queues keeps its floor. */
export const floorShare = 0.6;

/** Without news of its connection, a home that misses so many reports running is left. A lost packet is one. */
export const missesToLeave = 3;

/** A relay connection that was heard so lately lives (netcheck's PreferredDERPFrameTime). */
export const heardMs = 8_000;

/** With no answer from anywhere, a home heard so lately is kept: it is the probes that fail (netcheck's keep-alive rule). */
export const heardWithoutProbesMs = 120_000;

/** Regions nearer to one another than this, or this share, cannot be told apart in one report. */
export const equalMs = 1;
export const equalShare = 0.02;

/** Nothing over UDP for so long, where nothing is known of the distances: connections begin beside it. A relay half around the Earth takes longer, and costs a few packets. */
export const udpSilenceMs = 150;

/** What the road and both ends may add to a round trip before it counts as overdue. */
export const overheadMs = 10;

/** A region that should be far is asked again after this at the latest. */
export const longestRetryMs = 250;

/** After the last probe went out, silence is waited for as long as this, or twice the slowest answer. Farther regions than that do not become home. */
export const silencePatienceMs = 300;

/** A pinned region has so long to answer before another stands in for it: its three tries, and the round trip of the farthest relay on Earth. */
export const pinPatienceMs = 700;

/** Where UDP is silent, so long for a relay that must connect first: TCP, TLS and two requests, on a busy machine. */
export const connectPatienceMs = 1_000;

/** So many silent regions that should be near are asked over a connection. */
export const mostVerified = 3;

/** Of the regions whose figures were read late so many are asked again. Their order is chance, so not too few. */
export const mostConfirmed = 8;

/** Without a home yet, regions this close to the nearest are asked again, and so many of them. */
export const confirmedWithinMs = 2;
export const confirmedShare = 0.1;
export const mostClose = 3;

/** A second probe is waited for so long at the most before the sweep goes on. */
export const confirmPatienceMs = 100;

/** A network is new for so many reports, which come twice as fast. */
export const earlyReports = 3;
export const hurry = 2;

/** After so many reports running in which the home was the nearest, or close to it, they come less often: each time by this much, up to so many times. */
export const calmReports = 6;
export const stretchStep = 0.5;
export const calmStretch = 3.6;

/** Each region that light excludes is asked all the same once in so many full reports: about every two hours. */
export const auditPeriod = 24;

/** A map this small is asked all at once, whatever a prior says. */
export const fewRegions = 8;

/** A prior's first regions, asked before the others: with a second probe for two of them eight in all. */
export const shortlistRegions = 6;

/** So long for them to answer before all others are asked as well. */
export const shortlistPatienceMs = 100;

/** A prior that is on its way is awaited so long, with a few regions asked meanwhile. */
export const awaitPriorMs = 120;
export const spreadRegions = 2;
