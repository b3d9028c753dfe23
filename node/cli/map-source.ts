import { readFile } from 'node:fs/promises';
import { parseRelayMap, RelayMapError, type RelayMap } from '../../core/index.ts';
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
export async function loadMap(source: string, signal: AbortSignal): Promise<LoadedMap> {
  if (source === 'lab') {
    const { createLab, fleet } = await import('../../lab/index.ts');
    const lab = await createLab({ relays: fleet });
    return { map: lab.map, source, close: () => lab.close() };
  }
  const url = source === 'tailscale' ? tailscaleMapUrl : source;
  const isUrl = /^https?:/.test(url);
  const text = isUrl ? await fetchText(source, url, signal) : await readText(source);
  try {
    return { map: parseRelayMap(text), source: source === '-' ? 'standard input' : isUrl && source !== 'tailscale' ? withoutSecrets(url) : source, close: async () => {} };
  } catch (error) {
    if (error instanceof RelayMapError) throw new UsageError(`--map ${source}: ${error.message}`);
    throw error;
  }
}

async function readText(source: string): Promise<string> {
  if (source !== '-') {
    return readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
      const hint = /^[\w-]+$/.test(source) ? ' (no file, and no built-in map: those are tailscale and lab)' : '';
      throw new UsageError(`--map ${source}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}${hint}`);
    });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxMapBytes) throw new UsageError(`--map -: more than ${maxMapBytes} bytes on standard input`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function fetchText(source: string, url: string, signal: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(fetchTimeoutMs)]), headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > maxMapBytes) throw new Error(`more than ${maxMapBytes} bytes`);
    }
    return text + decoder.decode();
  } catch (error) {
    signal.throwIfAborted();
    throw new UsageError(`--map ${source}: could not fetch ${withoutSecrets(url)}: ${reasonOf(error)}`);
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer within ${fetchTimeoutMs / 1_000} s`;
  return cause?.message || cause?.code || message;
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
