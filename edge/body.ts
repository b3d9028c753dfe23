import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';

/**
 * Sees to it that the body is JSON by its type and has at most so many bytes: throws a `Problem` 415 or 413. A body that says
 * it is longer is not read at all, and one that says nothing no farther than to the limit.
 */
export async function limitBody(c: EdgeContext, mostBytes: number): Promise<void> {
  if (c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw new Problem(415, 'the body must be application/json');
  if (!/^(identity)?$/i.test(c.req.header('content-encoding') ?? '')) throw new Problem(415, 'the body must not be compressed');
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) > mostBytes) throw tooLong(mostBytes);
  // Where a length is given the platform sees to it that it holds, and reading in one go is much faster.
  if (length === undefined) c.req.raw = new Request(c.req.raw, { method: c.req.method, body: await readUpTo(c.req.raw, mostBytes) });
}

const tooLong = (mostBytes: number): Problem => new Problem(413, `the body must have at most ${mostBytes} bytes`);

async function readUpTo({ body }: Request, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let text = '';
  let bytes = 0;
  for (let part = await reader?.read(); reader && part && !part.done; part = await reader.read()) {
    bytes += part.value.length;
    if (bytes > mostBytes) {
      // What comes no more need not be waited for.
      void reader.cancel().catch(() => {});
      throw tooLong(mostBytes);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
