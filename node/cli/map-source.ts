import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { parseRelayMap, RelayMapError, type RelayMap } from '../../core/index.ts';
import { onAbort } from '../../core/probe/on-abort.ts';
import { readStream } from '../read-stream.ts';
import { UsageError } from './errors.ts';

/** Tailscale's public map. */
const tailscaleMapUrl = 'https://controlplane.tailscale.com/derpmap/default';
const fetchTimeoutMs = 10_000;
const maxMapBytes = 32 * 1024 * 1024;

/** A relay map, where it came from, and what to close when it is no longer needed. */
export interface LoadedMap {
  readonly map: RelayMap;
  /** For the report: the name, the file or the URL without its secrets. */
  readonly source: string;
  close(): Promise<void>;
}

/**
 * Loads a map from a file, an http(s) URL, `-` for standard input, `tailscale` (the public map) or `lab` (embedded relays).
 * Throws `UsageError` that names the source and what is wrong with it.
 */
export async function loadMap(source: string, signal: AbortSignal, timeoutMs: number = fetchTimeoutMs): Promise<LoadedMap> {
  if (source === 'lab') {
    const { createLab, fleet } = await import('../../lab/index.ts');
    const lab = await createLab({ relays: fleet });
    return { map: lab.map, source, close: () => lab.close() };
  }
  const { shown, text } = await readMap(source, signal, timeoutMs);
  try {
    return { map: parseRelayMap(text), source: source === '-' ? 'standard input' : shown, close: async () => {} };
  } catch (error) {
    if (error instanceof RelayMapError) throw new UsageError(`--map ${shown}: ${error.message}`);
    throw error;
  }
}

/** The text of a map that is not embedded, and what to call its source: the name, the file or the URL without its secrets. Throws as `loadMap`. */
export async function readMap(source: string, signal: AbortSignal, timeoutMs: number = fetchTimeoutMs): Promise<{ readonly shown: string; readonly text: string }> {
  const url = source === 'tailscale' ? new URL(tailscaleMapUrl) : urlOf(source);
  const shown = url && source !== 'tailscale' ? withoutSecrets(url) : source;
  return { shown, text: url ? await fetchText(shown, url, signal, timeoutMs) : await readText(source, signal) };
}

/** Undefined: the source is no http(s) URL. */
function urlOf(source: string): URL | undefined {
  if (!/^https?:/i.test(source)) return undefined;
  // What is wrong in it may be in its password: it is not repeated.
  if (!URL.canParse(source)) throw new UsageError('--map: not a URL that can be read, although it begins like one');
  return new URL(source);
}

async function readText(source: string, signal: AbortSignal): Promise<string> {
  const stream = source === '-' ? process.stdin : createReadStream(source);
  try {
    return await readBounded(addAbortSignal(signal, stream));
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = /^[\w-]+$/.test(source) ? ' (no file, and no built-in map: those are tailscale and lab)' : '';
    throw new UsageError(`--map ${source}: ${code === 'ENOENT' ? `there is no such file${hint}` : message}`);
  }
}

async function fetchText(shown: string, url: URL, signal: AbortSignal, timeoutMs: number): Promise<string> {
  const { username, password } = url;
  const bare = new URL(url);
  // `fetch` takes no credentials in a URL; as a header they go to that origin alone.
  bare.username = bare.password = '';
  const headers = {
    accept: 'application/json',
    ...((username || password) && { authorization: `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}` }),
  };
  // Not `AbortSignal.any` with `timeout`: Node 20 may collect the latter before its time, which then never comes.
  const end = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end.abort();
  }, timeoutMs);
  const stopListening = onAbort(signal, () => end.abort());
  try {
    signal.throwIfAborted();
    const answer = await fetch(bare, { signal: end.signal, headers });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`the server answered ${answer.status}`);
    }
    return await readBounded(answer.body ?? []);
  } catch (error) {
    signal.throwIfAborted();
    throw new UsageError(`--map ${shown}: could not fetch it: ${isLate ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

async function readBounded(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const text = await readStream(stream, maxMapBytes);
  if (text === undefined) throw new Error(`more than ${maxMapBytes} bytes`);
  return text;
}

/** A part of a URL as its owner wrote it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.message || cause?.code || message;
}

/** Without the name, password and query, any of which may be a secret. */
const withoutSecrets = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;
