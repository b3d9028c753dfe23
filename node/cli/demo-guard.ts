import type { IncomingMessage } from 'node:http';
import { Problem } from '../../edge/problem.ts';
import { readStream } from '../read-stream.ts';

const maxBodyBytes = 4096;

/**
 * Refuses a request that came under another name than this machine's own: a page elsewhere may have its name resolve to
 * 127.0.0.1 and would then be of the same origin (DNS rebinding).
 */
export function guardHost({ headers: { host = '' } }: IncomingMessage, port: number): void {
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) throw new Problem(421, `this server is 127.0.0.1:${port} and answers for no other name`);
}

/**
 * Refuses a change that another page asks for. Browsers name the page in `Origin`, and say in `Sec-Fetch-Site` how it stands
 * to this server; what is no browser sends neither, and is this machine's user already.
 */
export function guardOrigin({ headers }: IncomingMessage): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if ((origin !== undefined && origin !== `http://${host}`) || (site !== undefined && site !== 'same-origin')) throw new Problem(403, 'only the page of this server may change the weather');
}

/** The JSON of a request's body. The type must be JSON's: a form of another page can send others without asking. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) throw new Problem(415, 'the body must be application/json');
  const text = await readStream(request, maxBodyBytes);
  if (text === undefined) throw new Problem(413, `the body must have at most ${maxBodyBytes} bytes`, { headers: { connection: 'close' } });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `the body is not JSON: ${(error as Error).message}`);
  }
}
