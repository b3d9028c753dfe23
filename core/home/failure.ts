/** What to do after an attempt that failed. */
type FailureClass =
  | 'next'     // the next node or region
  | 'wait'     // not this one for a while: it said so
  | 'refused'  // it hung up on who we are: by mishap, or because it does not want us
  | 'stop';    // our credentials are wrong, and no other relay will like them better

export interface Failure {
  readonly class: FailureClass;
  /** How long the relay wants to be left alone, where it said so, ms. */
  readonly retryAfterMs?: number;
  readonly message: string;
}

/** No relay may banish its clients for longer. */
const maxRetryAfterMs = 3_600_000;

/**
 * Reads what a connect rejected with. 401 and 407 are about credentials (RFC 9110 section 15.5), and those are the same for the
 * whole fleet; 403 is as often one relay's firewall, so the next one is asked. 429 and 503 may name a time.
 */
export function classify(error: unknown): Failure {
  const { status, code, retryAfterMs, message } = fieldsOf(error);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(Math.max(0, retryAfterMs), maxRetryAfterMs) };
  if (status === 401 || status === 407) return { class: 'stop', message };
  if (code === 'refused') return { class: 'refused', message };
  if (status === 429 || retryAfterMs !== undefined) return { class: 'wait', ...wait, message };
  return { class: 'next', message };
}

interface Fields {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly message: string;
}

function fieldsOf(error: unknown): Fields {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { status, code, retryAfterMs, message } = error as Record<string, unknown>;
  return {
    status: typeof status === 'number' ? status : undefined,
    code: typeof code === 'string' ? code : undefined,
    retryAfterMs: typeof retryAfterMs === 'number' && !Number.isNaN(retryAfterMs) ? retryAfterMs : undefined,
    message: typeof message === 'string' ? message : String(code ?? 'failed'),
  };
}
