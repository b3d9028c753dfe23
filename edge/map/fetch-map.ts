import { readText } from '../../universal/read-body.ts';
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
  const text = await readText(response.body, mostBytes);
  if (text === undefined) throw new Error(`the relay map's URL answers more than ${mostBytes} bytes`);
  return text;
}
