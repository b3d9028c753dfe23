import { answer, type cache } from './answer.ts';
import type { EdgeContext } from './edge.ts';

/** A text that stays the same for a while, and its entity tag (RFC 9110 section 8.8.3). */
export interface Entity {
  readonly text: string;
  readonly tag: string;
}

/** The tag is a hash of the text: the same on every machine that serves it. */
export async function entityOf(text: string): Promise<Entity> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return { text, tag: `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')}"` };
}

/** The text, or 304 where the client has it already. */
export function answerEntity(c: EdgeContext, { text, tag }: Entity, { type, cacheControl, headers }: { readonly type: string; readonly cacheControl: (typeof cache)['map' | 'page' | 'api' | 'check']; readonly headers?: Readonly<Record<string, string>> }): Response {
  const options = { type, cache: cacheControl, headers: { ...headers, etag: tag } };
  return isKnown(c.req.header('if-none-match'), tag) ? answer(c, null, { ...options, status: 304 }) : answer(c, text, options);
}

/** `*` or a list of tags, compared weakly (RFC 9110 section 13.1.2). */
const isKnown = (header: string | undefined, tag: string): boolean => header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag) ?? false;
