/** Says of a part that is loaded when it is wanted what it was wanted for, where it does not load. */
export function loadPart<T>(what: string, part: Promise<T>): Promise<T> {
  return part.catch((cause: unknown) => {
    throw new Error(`${what} needs a part that does not load: ${String(cause)}`, { cause });
  });
}
