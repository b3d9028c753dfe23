import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';

/**
 * The body as JSON, of at most so many bytes: throws or rejects with a `Problem` 415, 413 or 400. A body that says that it is
 * longer is not read at all, and one that says nothing no farther than to the limit.
 */
export function readJson({ req: { raw } }: EdgeContext, mostBytes: number): Promise<unknown> {
  const { headers } = raw;
  if (!isJson(headers.get('content-type'))) throw new Problem(415, 'the body must be application/json');
  const encoding = headers.get('content-encoding');
  if (encoding !== null && !/^(identity)?$/i.test(encoding)) throw new Problem(415, 'the body must not be compressed');
  const length = headers.get('content-length');
  if (length !== null && !(Number(length) <= mostBytes)) throw tooLong(mostBytes);
  // Where a length is given the platform sees to it that it holds, and reading in one go is much faster.
  return (length === null ? readUpTo(raw, mostBytes) : raw.text()).then(parse, (error: unknown) => {
    // A client that goes away is no fault of the edge.
    throw error instanceof Problem ? error : new Problem(400, 'the body ended before its end');
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'the body is not JSON');
  }
}

const isJson = (type: string | null): boolean => type === 'application/json' || type?.split(';')[0]?.trim().toLowerCase() === 'application/json';

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
