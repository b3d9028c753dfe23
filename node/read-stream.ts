/** All of a stream as text; undefined where there is more than that: the rest is given up. */
export async function readStream(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mostBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  // Unlike a buffer's own, it knows a byte order mark, which editors write.
  return new TextDecoder().decode(Buffer.concat(chunks));
}
