import type { Decision, Region, Report, Timing } from '../../universal/index.ts';

/** What the element tells: the region is the decision's home, if it has one. */
export interface ProvisionalDetail {
  readonly decision: Decision;
  /** Partial. */
  readonly report: Report;
  readonly region?: Region;
}

export interface ReportDetail extends ProvisionalDetail {
  readonly timing: Timing;
}

export interface DecisionDetail extends ProvisionalDetail {
  /** Id of the home that the last `decision` event named. */
  readonly previous?: string;
}

/**
 * `settings`: an attribute or property that cannot be read. `map`: a relay map that cannot be used; `path` says where.
 * `fetch`: the map did not come; it is asked for again. `picker`: measuring itself failed.
 */
export type WidgetErrorCode = 'settings' | 'map' | 'fetch' | 'picker';

export interface ErrorDetail {
  readonly code: WidgetErrorCode;
  readonly message: string;
  /** Where in the map, such as `regions[3].nodes[0].host`. */
  readonly path?: string;
  readonly cause: unknown;
}

/** Events of `<nearest-relay>`. None bubbles: `error` would be taken for the page's own. */
export interface NearestRelayEventMap {
  /** A first answer, and each better one, before the report is complete. */
  readonly provisional: CustomEvent<ProvisionalDetail>;
  /** A report is complete. */
  readonly report: CustomEvent<ReportDetail>;
  /** The home is another than last told, or none any more. */
  readonly decision: CustomEvent<DecisionDetail>;
  readonly error: CustomEvent<ErrorDetail>;
}

export type Emit = <K extends keyof NearestRelayEventMap>(type: K, detail: NearestRelayEventMap[K]['detail']) => void;

/** An element that knows these events by their types, and all others as any element does. */
export interface ElementWithEvents extends HTMLElement {
  addEventListener<K extends keyof NearestRelayEventMap>(type: K, listener: (this: ElementWithEvents, event: NearestRelayEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof NearestRelayEventMap>(type: K, listener: (this: ElementWithEvents, event: NearestRelayEventMap[K]) => void, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}
