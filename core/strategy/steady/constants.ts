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

/** Without UDP answers for so long from the start, HTTPS begins: the farthest relay on Earth answers in half of it. */
export const udpSilenceMs = 700;

/** After the last probe went out, silence is waited for as long as this, or twice the slowest answer. Farther regions than that do not become home. */
export const silencePatienceMs = 300;

/** A pinned region has so long to answer before another stands in for it: its three tries, and the round trip of the farthest relay on Earth. */
export const pinPatienceMs = 700;

/** The same while a relay that must connect first has not answered: TCP, TLS and two requests, on a busy machine. */
export const connectPatienceMs = 1_000;

/** Of the regions whose figures were read late so many are asked again. Their order is chance, so not too few. */
export const mostConfirmed = 8;

/** For so long at the most. */
export const confirmPatienceMs = 300;
