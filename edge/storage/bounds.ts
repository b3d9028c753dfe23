/** What was not renewed for so long is forgotten. */
export const retentionMs: number = 24 * 60 * 60 * 1000;

/** Reports of clients that a location keeps; the oldest goes. */
export const mostReports: number = 500;

/** Of these so many of one network: a network full of liars has one voice in twenty-five. */
export const mostReportsOfNetwork: number = 20;

/** Past latencies that a location keeps of a region. */
export const mostPoints: number = 300;
