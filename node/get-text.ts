import { once } from 'node:events';
import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { systemClock } from '../universal/index.ts';
import type { GetText } from '../universal/fetch-text.ts';
import { readStream } from './read-stream.ts';

/**
 * A GET by Node's own HTTP client. `fetch` costs some 35 ms of this process at its first use, which falls among the first
 * probes and would be read as latency. A redirect is an error, as any status but 2xx.
 */
export const getText: GetText = async (url, { timeoutMs, maxBytes, signals }) => {
  const target = new URL(url);
  if (target.username || target.password) throw new Error('credentials in the URL');
  const request = target.protocol === 'https:' ? (await import('node:https')).request : requestPlain;
  const done = new AbortController();
  let isLate = false;
  // A connection of its own: one that is kept would keep the process.
  const message: ClientRequest = request(target, { agent: false, signal: AbortSignal.any([done.signal, ...signals]) });
  message.on('error', () => {});
  void systemClock().sleep(timeoutMs, done.signal).then(() => {
    isLate = !done.signal.aborted;
    done.abort();
  });
  try {
    message.end();
    const [response] = await once(message, 'response') as [IncomingMessage];
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new Error(`status ${status}`);
    const text = await readStream(response, maxBytes);
    if (text === undefined) throw new Error(`more than ${maxBytes} bytes`);
    return text;
  } catch (error) {
    throw isLate ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error;
  } finally {
    done.abort();
  }
};
