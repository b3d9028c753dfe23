/** As much of an answer's body as is needed to read it. */
export interface Body {
  getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>; cancel(): Promise<void> };
}

/** Reads to the end, so that the connection can carry another request. False where there is more than that: the rest is given up. */
export async function readBody(body: Body | null | undefined, mostBytes: number, take: (part: Uint8Array) => void = () => {}): Promise<boolean> {
  const reader = body?.getReader();
  for (let bytes = 0; reader;) {
    const { value, done } = await reader.read();
    if (done || !value) return true;
    bytes += value.length;
    if (bytes > mostBytes) {
      await reader.cancel();
      return false;
    }
    take(value);
  }
  return true;
}

/** All of it as text; undefined where there is more than that. */
export async function readText(body: Body | null | undefined, mostBytes: number): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  if (!(await readBody(body, mostBytes, (part) => parts.push(part)))) return undefined;
  const all = new Uint8Array(parts.reduce((bytes, { length }) => bytes + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return new TextDecoder().decode(all);
}
