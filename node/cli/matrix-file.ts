import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { addAbortSignal, type Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { MatrixError } from '../../core/judge/index.ts';
import { UsageError } from './errors.ts';

const maxFileBytes = 512 * 1024 * 1024;
/** What a gzip file begins with (RFC 1952). */
const gzipMagic = [0x1f, 0x8b] as const;

/** Reads a JSON document from a file or standard input (`-`), gzipped or not, by `read`. Throws `UsageError` that names the file. */
export async function loadDocument<T>(file: string, signal: AbortSignal, read: (document: unknown) => T): Promise<T> {
  const bytes = await readBytes(file, signal);
  try {
    const isGzip = bytes[0] === gzipMagic[0] && bytes[1] === gzipMagic[1];
    const text = (isGzip ? gunzipSync(bytes, { maxOutputLength: maxFileBytes }) : bytes).toString('utf8');
    return read(JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof MatrixError) throw new UsageError(`${file}: ${error.message}`);
    throw new UsageError(`${file}: not a JSON document that can be read: ${String((error as Error).message).split('\n')[0]}`);
  }
}

async function readBytes(file: string, signal: AbortSignal): Promise<Buffer> {
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file);
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxFileBytes) stream.destroy(new Error(`more than ${maxFileBytes} bytes`));
  });
  try {
    return await buffer(addAbortSignal(signal, stream));
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}
