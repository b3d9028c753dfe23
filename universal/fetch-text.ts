import { systemClock } from './clock.ts';

/** A GET without credentials that is bounded in time and size, and ends with any of the signals. */
export async function fetchText(url: string, { timeoutMs, maxBytes, signals }: { readonly timeoutMs: number; readonly maxBytes: number; readonly signals: readonly AbortSignal[] }): Promise<string> {
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
    const reader = answer.body?.getReader();
    if (!answer.ok || !reader) {
      await reader?.cancel();
      throw new Error(`status ${answer.status}`);
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let part = await reader.read(); !part.done && part.value; part = await reader.read()) {
      parts.push(part.value);
      bytes += part.value.length;
      if (bytes <= maxBytes) continue;
      await reader.cancel();
      throw new Error(`more than ${maxBytes} bytes`);
    }
    const all = new Uint8Array(bytes);
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return new TextDecoder().decode(all);
  } catch (error) {
    throw isLate ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error;
  } finally {
    done.abort();
    for (const signal of signals) signal.removeEventListener('abort', give);
  }
}
