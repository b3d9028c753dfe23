import type { RegionId } from './map.ts';

/** How far a client is with its choice. */
export type DecisionState =
  | 'waiting'       // no map yet, or offline
  | 'probing'       // a report is under way and nothing answered yet
  | 'provisional'   // named before the report was complete
  | 'settled'       // rests on a complete report
  | 'remembered'    // from an earlier run, not yet verified
  | 'failing'       // had a home, lost it
  | 'unreachable';  // nothing answers

/** Why this home, or none: a closed list. `docs/reasons.md` has a paragraph for each. */
export type Reason =
  | 'first'             // no home before: the nearest that answered
  | 'only'              // no home before, and one region alone answered
  | 'nearest'           // home is the nearest
  | 'gain-too-small'    // another is nearer, by too little to be worth a move
  | 'gain-unproven'     // another looks nearer, not yet often enough
  | 'heard'             // home did not answer probes, but its connection lives
  | 'missed'            // home did not answer, not yet often enough to leave it
  | 'not-asked'         // home was not asked: the budget is used up
  | 'moved-nearer'      // another proved nearer
  | 'moved-home-silent' // home stopped answering
  | 'moved-home-dead'   // home's connection died
  | 'moved-drained'     // home is being drained
  | 'moved-avoided'     // home is to be avoided
  | 'unverified'        // home is to be left, once another has answered in an earlier report too
  | 'pinned'            // the preferences say so
  | 'remembered'        // from an earlier run
  | 'pending'           // home was asked and may still answer
  | 'fallback'          // nothing answers: a stable stand-in
  | 'offline'           // no network
  | 'no-map'            // no relay map, or an empty one
  | 'no-answer';        // nothing answered

/** Which region is home, and why. */
export interface Decision {
  readonly home?: RegionId;
  readonly previous?: RegionId;
  readonly changed: boolean;
  readonly state: DecisionState;
  /** Probability that no allowed region is more than 2 ms nearer in truth. */
  readonly sure: number;
  /** Age of the newest measurement that it rests on. */
  readonly ageMs: number;
  readonly reason: Reason;
  /** The figures behind the reason. */
  readonly why: Readonly<Record<string, number | string | boolean>>;
  /** Regions that cannot be told from the home. */
  readonly equals: readonly RegionId[];
  /** The same in one sentence. */
  readonly sentence: string;
}
