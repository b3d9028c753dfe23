import { randomBytes } from 'node:crypto';
import { constants, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../../core/picker/store.ts';
import type { Store } from '../../core/picker/store.ts';

/** Far above what a picker remembers, far below what would hurt to read. */
export const maxStoreBytes: number = 4 * 1024 * 1024;

/** So many files kept aside for one reason are enough to look into; more would fill the disk. */
const maxKeptAside = 99;

/**
 * A store in a file, for its owner's eyes only (mode 0600). A save writes a new file beside it, syncs it and renames it over
 * the old one: whoever reads, or a crash at any time, finds the old text or the new. The folder must exist. Calls take
 * effect in order. A symbolic link at `path` is replaced, not followed, by a save.
 */
export function fileStore(path: string): Required<Store> {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, whether or not the one before failed. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => {});
    return result;
  };
  return {
    load: () => inTurn(() => readText(path)),
    save: (text) => inTurn(() => replaceText(path, text)),
    keepAside: (reason) => inTurn(() => moveAside(path, reason)),
  };
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await readBounded(path).catch((cause: unknown) => {
    if (cause instanceof StoreError) throw cause;
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new StoreError('unreadable', path, `cannot be read (${codeOf(cause)})`, { cause });
  });
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new StoreError('corrupt', path, 'is not UTF-8 text', { cause });
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  // Not to block: opening a named pipe would wait for its writer for ever. Windows has no such flag, and no such pipes.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new StoreError('unreadable', path, 'is not a file');
    // One byte more than allowed tells a file that is too large, also one that grows meanwhile.
    const bytes = new Uint8Array(Math.min(stat.size, maxStoreBytes) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > maxStoreBytes) throw new StoreError('too-large', path, `is larger than ${maxStoreBytes} bytes`);
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

async function replaceText(path: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > maxStoreBytes) throw new StoreError('too-large', path, `would be larger than ${maxStoreBytes} bytes`);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await unlink(temporary).catch(() => {});
    throw new StoreError('unwritable', path, `cannot be written (${codeOf(cause)})`, { cause });
  }
}

/** Makes a rename survive a power cut. Windows cannot open a folder, some file systems cannot sync one: then it is up to them. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY).catch(() => undefined);
  if (!folder) return;
  try {
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}

async function moveAside(path: string, reason: string): Promise<string> {
  if (!/^[a-z0-9-]{1,32}$/.test(reason)) throw new TypeError(`a reason is a word of a-z, 0-9 and -, not ${JSON.stringify(reason)}`);
  try {
    for (let n = 1; n <= maxKeptAside; n++) {
      const target = `${path}.${reason}.${n}`;
      if (!(await reserve(target))) continue;
      try {
        await rename(path, target);
      } catch (error) {
        await unlink(target).catch(() => {});
        throw error;
      }
      return target;
    }
  } catch (cause) {
    throw new StoreError('unwritable', path, `cannot be moved aside (${codeOf(cause)})`, { cause });
  }
  throw new StoreError('unwritable', path, `${maxKeptAside} files are kept aside already as ${basename(path)}.${reason}.*`);
}

/** Takes a free name with an empty file: a plain rename would overwrite what another process put there meanwhile. */
async function reserve(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));
