/** A report counts towards the floors for so long: the same five minutes that hold one full report at least. */
export const windowMs = 300_000;

/** Reports closer together than this share a place in the window, so that a client that reports every second keeps a bounded state. */
export const bucketMs = 15_000;

/** A difference below this is not worth a move, whatever it is of the home's latency. */
export const leastGainMs = 1.6;

/** The same as a share of the home's floor. */
export const leastGainShare = 0.03;

/** A candidate's votes, one a report, are kept from 0 to this: what was long ago must not make up for today. */
export const mostVotes = 16;

/** So many votes move where the gain is the least one. */
export const usualVotes = 11;

/** So few where it is `quickGain` times that. */
export const fewestVotes = 8;
export const quickGain = 9.6;

/** Votes must be so much of the reports that they are counted over. A little more than all: votes of before count too. */
export const voteShare = 1.04;

/** Reports whose votes may decide span this at least: a fault of a minute or two passes. */
export const leastSpanMs = 120_000;

/** Where hardly anything but the gain moves, and that is `expressGain` times the least, so many votes. `expressNoise`: share of it that the difference may jump by. */
export const expressVotes = 5.3;
export const expressGain = 10;
export const expressNoise = 0.15;

/** Where the home reads as ever and another came that much nearer, which noise cannot do, two reports. */
export const nearerVotes = 1.6;

/**
 * A home that has cost so much more than another, ms times seconds by the floors of at least so many reports, is left though the
 * fault may pass: 75 ms for two minutes, 130 ms for 70 s.
 */
export const dearMsSeconds = 9_000;
export const dearReports = 4;

/** Votes more for each least gain that the difference jumps by on average, and so many at the most. */
export const noisyReports = 0.08;
export const noisyPatience = 5;

/** So long after a start, a sleep or a change of network little is known that a few votes could contradict. */
export const earlyMs = 600_000;
export const earlyVotes = 3.8;

/** Noise counts so many times where there are few votes. */
export const earlyCaution = 7;

/** A pause between reports longer than this is a sleep: what was measured before it is no evidence for after. */
export const sleepMs = 600_000;

/** A report says one vote where they are this far apart: half of one at the least where they come faster, two at the most where they are rare. */
export const shortestGapMs = 15_000;
export const longestGapMs = 30_000;

/** Pairs and candidates that are kept: the state is bounded, whatever the pace and the map. */
export const mostPairs = 32;
export const candidatesKept = 8;

/** A candidate that loses by this share of its probes more than all others do together is no home, once it was asked so often. */
export const excessLoss = 0.2;
export const lossProbes = 8;

/** A relay whose connection died is no home for so long, and twice as long each time it dies again; at most six hours. */
export const barMs = 600_000;
export const mostBarMs = 21_600_000;
export const mostBars = 16;

/** One whose connection is heard again, so long after its death at the earliest, is barred no more: once. */
export const provenMs = 30_000;

/** All regions this far off their floors, and by this share: another network that nobody told of. At least so many regions must say so, in so many reports running. */
export const upheavalMs = 20;
export const upheavalShare = 0.4;
export const upheavalRegions = 3;
export const upheavalReports = 2;

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
export const udpSilenceMs = 220;

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

/** Of the regions that may be the nearest, but whose figures were read late, so many are asked again. Their order is chance, so not too few. */
export const mostConfirmed = 8;

/** And so often at the most, where their bounds tell when that is no longer needed: a machine that is busy now is so for a while. */
export const mostLateRounds = 3;

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

/** How far a region is here is known after so many full reports. */
export const intervalReports = 6;

/** One that never read less than so many times what the nearest takes, and this much more, is not asked in each full report: as if light took half of what it reads. */
export const unlikelyTimes = 5;
export const unlikelyMs = 20;

/** It is asked once in so many full reports: about every twenty minutes. */
export const unlikelyPeriod = 4;

/** A map this small is asked all at once, whatever a prior says. */
export const fewRegions = 8;

/** A prior's first regions, asked before the others. */
export const shortlistRegions = 6;

/** So many regions in all before the rest: the next are those that the answers so far make the most likely. */
export const firstProbes = 8;

/** What an edge itself measured counts as much as so many others that it tells of. */
export const ownWeight = 3;

/** So long for them to answer before all others are asked as well. */
export const shortlistPatienceMs = 100;

/** So long where the prior's own nearest is far. */
export const farPatienceMs = 200;

/** A prior that is on its way is awaited so long, with one region asked meanwhile. */
export const awaitPriorMs = 120;

/** Where the nearest reads this much before there is a home, the client's own line may be what is slow. */
export const queuedMs = 100;

/** Then the nearest are asked so many times more, together, and so far apart. */
export const togetherRounds = 3;
export const roundGapMs = 40;
export const mostTogether = 5;

/** All within this share of the nearest's reading may be the nearest in truth. */
export const togetherShare = 0.15;
