/** When a report knew what, in ms since it began, and what it cost. */
export interface Timing {
  /** The first sample of any region. */
  readonly firstAnswerMs?: number;
  /** From then on the home stood published, after a sample of its own in this report, and never changed again. */
  readonly decisionMs?: number;
  /** From then on it was published with `sure` of at least 0.95 and never changed again. */
  readonly settledMs?: number;
  readonly totalMs: number;
  /** UDP, counted exactly, with IP and UDP headers. */
  readonly packetsSent: number;
  readonly bytesSent: number;
  /** Other kinds, by the table of `core/probe/cost.ts`. */
  readonly estimated: { readonly packets: number; readonly bytes: number };
}
