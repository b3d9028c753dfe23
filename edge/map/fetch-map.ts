import type { Fetch } from '../transports/fetch.ts';

/** A map of a thousand regions takes half of it. */
const mostBytes = 4_194_304;
const patienceMs = 10_000;

/** The text of a map at a URL that was fixed at deploy. Redirects are not followed: they would move it elsewhere. */
export async function fetchMap(url: string, fetch: Fetch): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the relay map's URL answers ${response.status}`);
  }
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; reader;) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > mostBytes) {
      await reader.cancel();
      throw new Error(`the relay map's URL answers more than ${mostBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
