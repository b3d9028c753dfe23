import type { Family, Kind } from './model/kind.ts';
import type { NodeName, RegionId } from './model/map.ts';
import type { Sample, ProbeFailureCode } from './model/sample.ts';
import type { Context } from './model/context.ts';
import type { Decision } from './model/decision.ts';
import type { Report } from './model/report.ts';
import type { Timing } from './picker/timing.ts';

/** What happens, one union. Logs, metrics, progress and the trace recorder are listeners. `atMs`: since the report began. */
export type ProbeEvent =
  | { readonly type: 'probe'; readonly atMs: number; readonly region: RegionId; readonly node: NodeName; readonly kind: Kind; readonly family?: Family }
  | { readonly type: 'sample'; readonly atMs: number; readonly region: RegionId; readonly node: NodeName; readonly sample: Sample }
  | { readonly type: 'lost'; readonly atMs: number; readonly region: RegionId; readonly node: NodeName; readonly kind: Kind; readonly family?: Family; readonly code: ProbeFailureCode; readonly message: string };

export type PickerEvent =
  | ProbeEvent
  /** A report begins. `state`: the strategy's, as it is now. `restarted`: it is not what the last report left: another network. */
  | { readonly type: 'started'; readonly at: number; readonly full: boolean; readonly context: Context; readonly state: unknown; readonly restarted: boolean }
  | { readonly type: 'provisional'; readonly atMs: number; readonly decision: Decision; readonly report: Report }
  /** `waitMs`: until the next report; absent where none is due. */
  | { readonly type: 'report'; readonly at: number; readonly report: Report; readonly decision: Decision; readonly timing: Timing; readonly context: Context; readonly waitMs?: number }
  | { readonly type: 'note'; readonly at: number; readonly code: string; readonly message: string };

export type Listener<E> = (event: E) => void;
