import { systemClock } from './clock.ts';
import { readText } from './read-body.ts';

/** A GET without credentials that is bounded in time and size, and ends with any of the signals. Rejects where the answer is not 2xx. */
export type GetText = (url: string, bounds: { readonly timeoutMs: number; readonly maxBytes: number; readonly signals: readonly AbortSignal[] }) => Promise<string>;

/** The same by `fetch`, as every platform has it. */
export const fetchText: GetText = async (url, { timeoutMs, maxBytes, signals }) => {
  const bound = new AbortController();
  const done = new AbortController();
  const give = (): void => bound.abort();
  for (const signal of signals) {
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  }
  let isLate = false;
  void systemClock().sleep(timeoutMs, done.signal).then(() => {
    isLate = !done.signal.aborted;
    if (isLate) give();
  });
  try {
    const answer = await fetch(url, { signal: bound.signal, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' });
    if (!answer.ok || !answer.body) {
      await answer.body?.getReader().cancel();
      throw new Error(`status ${answer.status}`);
    }
    const text = await readText(answer.body, maxBytes);
    if (text === undefined) throw new Error(`more than ${maxBytes} bytes`);
    return text;
  } catch (error) {
    throw isLate ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error;
  } finally {
    done.abort();
    for (const signal of signals) signal.removeEventListener('abort', give);
  }
};
