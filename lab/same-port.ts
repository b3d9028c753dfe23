/** Something that listens. */
export interface Opened {
  readonly port: number;
  close(): Promise<void>;
}

/** Tries at a port that is free on all addresses. */
const MOST_TRIES = 20;

/**
 * Opens on every address with one and the same port, since a relay map has one for both families.
 *
 * @param port 0: any that is free on all of them
 * @throws what `open` throws; then nothing stays open
 */
export async function openOnAll<T extends Opened>(addresses: readonly string[], port: number, open: (address: string, port: number) => Promise<T>): Promise<T[]> {
  for (let attempt = 1; ; attempt++) {
    const opened: T[] = [];
    try {
      for (const address of addresses) opened.push(await open(address, opened[0]?.port ?? port));
      return opened;
    } catch (error) {
      await Promise.all(opened.map((one) => one.close()));
      // The first took what the system gave it; on the next address somebody else has that port.
      if (port !== 0 || opened.length === 0 || attempt === MOST_TRIES) throw error;
    }
  }
}
