import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';

/** What is asked of the operating system beyond Node's own calls. Injected, so that every system's answers can be tested on any. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** The first 64 KiB of a file as text; undefined if it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** What a program prints; undefined if it fails, or has not ended within 2 s. */
  run(file: string, args: readonly string[]): Promise<string | undefined>;
}

/** A full routing table of a core router has a million lines; a default route is among the first. */
const maxTextBytes = 64 * 1024;
const maxRunMs = 2000;

export const nodeSystem = (): System => ({ platform: process.platform, read: readHead, run });

async function readHead(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const bytes = new Uint8Array(maxTextBytes);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return new TextDecoder().decode(bytes.subarray(0, length));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function run(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: maxRunMs, killSignal: 'SIGKILL', maxBuffer: maxTextBytes, windowsHide: true } as const;
    execFile(file, args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
