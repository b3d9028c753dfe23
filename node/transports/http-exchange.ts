import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { ProbeFailure } from '../../core/errors.ts';

export interface Answer {
  /** When the request was written and when the head of the response was there. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Reads the rest, so that the connection can carry another request. */
  finish(): Promise<void>;
}

/** What an answer's head may hold, and its body. A relay's body is empty. */
const maxBytes = 8192;

/**
 * Sends `GET` requests one after another over a connection that is open already; resolves with the head of the response.
 * Rejects with a `ProbeFailure` `status` where the answer is not 2xx or too long, with an error where the connection ends.
 */
export function exchangeOver(connection: Duplex, { path, host }: { readonly path: string; readonly host: string }, signal: AbortSignal, now: () => number): () => Promise<Answer> {
  let taken = false;
  const createConnection = (_: object, created: (error: Error | null) => void): Duplex | undefined => {
    if (!taken) {
      taken = true;
      return connection;
    }
    // A second one is asked for where the server did not keep the first, out of an event handler: it must not throw.
    created(new Error('the server ended the connection'));
    return undefined;
  };
  const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { createConnection });

  return async () => {
    const message = request({ agent, path, headers: { Host: host }, maxHeaderSize: maxBytes, signal });
    let sentAt = 0;
    message.once('socket', () => { sentAt = now(); });
    message.end();
    const [response] = await once(message, 'response') as [IncomingMessage];
    const answeredAt = now();
    message.on('error', () => {});
    response.on('error', () => {});
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new ProbeFailure('status', `HTTP status ${status}`, true);
    return { sentAt, answeredAt, finish: () => discard(response) };
  };
}

async function discard(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ProbeFailure('status', `an answer of more than ${maxBytes} bytes`, true);
  }
}
