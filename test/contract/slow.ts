/** The delay of the slow relay of a transport's contract. */
export const slowMs = 60;
