import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../../core/picker/store.ts';
import { fileStore, maxStoreBytes } from '../../../node/store/file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'state.json');
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const failure = async (promise: Promise<unknown>): Promise<StoreError> => {
  const error = await promise.then(() => undefined, (error: unknown) => error);
  if (!(error instanceof StoreError)) throw new Error(`no StoreError but ${String(error)}`);
  return error;
};
/** Root may write everywhere; a missing folder stops root too. */
const nowhere = (): string => join(folder, 'missing', 'state.json');

describe('save and load', () => {
  test.each(['{}', '', '{"a":"é 🔑 \uFEFF"}', '\uFEFF{}', 'x'.repeat(maxStoreBytes)])('text comes back as it was', async (text) => {
    await fileStore(path).save(text);
    expect((await fileStore(path).load()) === text).toBe(true);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  test('nothing was saved yet', async () => {
    expect(await fileStore(path).load()).toBeUndefined();
  });

  test('for its owner alone, also where the file was open to all before', async () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    await fileStore(path).save('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('saves happen in the order of the calls', async () => {
    const store = fileStore(path);
    const texts = Array.from({ length: 30 }, (_, index) => `${index}`.repeat(1000 * (30 - index)));
    const seen = texts.flatMap((text) => [store.save(text), store.load()]);
    expect((await Promise.all(seen)).filter((text) => text !== undefined)).toEqual(texts);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  test('two stores on one file never mix their texts', async () => {
    const [a, b] = [fileStore(path), fileStore(path)];
    const texts = ['a'.repeat(300_000), 'b'.repeat(200_000)];
    for (let round = 0; round < 5; round++) {
      await Promise.all([a.save(texts[0] ?? ''), b.save(texts[1] ?? '')]);
      expect(texts.includes(readFileSync(path, 'utf8'))).toBe(true);
    }
  });

  test('a failed save does not stop the next, and leaves the old text', async () => {
    const store = fileStore(path);
    await store.save('old');
    const tooLarge = store.save('x'.repeat(maxStoreBytes + 1));
    const loaded = store.load();
    expect((await failure(tooLarge)).code).toBe('too-large');
    expect(await loaded).toBe('old');
    await store.save('new');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
});

describe('what cannot be read', () => {
  test.each<[string, () => void, string]>([
    ['too large', () => { writeFileSync(path, Buffer.alloc(maxStoreBytes + 1, 32)); }, 'too-large'],
    ['not UTF-8', () => { writeFileSync(path, Buffer.of(0x7b, 0xff, 0x7d)); }, 'corrupt'],
    ['cut within a character', () => { writeFileSync(path, Buffer.of(0x22, 0xc3)); }, 'corrupt'],
    ['a folder', () => { mkdirSync(path); }, 'unreadable'],
    ['below a file', () => { writeFileSync(path, ''); path = join(path, 'state.json'); }, 'unreadable'],
  ])('%s', async (_name, prepare, code) => {
    prepare();
    const error = await failure(fileStore(path).load());
    expect(error).toMatchObject({ code, place: path });
    expect(error.message).toContain(path);
  });

  test.runIf(process.platform !== 'win32')('a named pipe without a writer does not hang', async () => {
    execFileSync('mkfifo', [path]);
    expect((await failure(fileStore(path).load())).code).toBe('unreadable');
  });
});

describe('what cannot be written', () => {
  test('a folder that is not there: the error names the file, nothing is left', async () => {
    const error = await failure(fileStore(nowhere()).save('x'));
    expect(error).toMatchObject({ code: 'unwritable', place: nowhere() });
    expect(error.message).toContain('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder in its place: the temporary file goes too', async () => {
    mkdirSync(path);
    expect((await failure(fileStore(path).save('x'))).code).toBe('unwritable');
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});

describe('keepAside', () => {
  test('moves the file, and never over another', async () => {
    const store = fileStore(path);
    writeFileSync(`${path}.corrupt.2`, 'somebody else’s');
    const places: string[] = [];
    for (const text of ['first', 'second', 'third']) {
      writeFileSync(path, text);
      places.push(await store.keepAside('corrupt'));
    }
    expect(places).toEqual([1, 3, 4].map((n) => `${path}.corrupt.${n}`));
    expect(['1', '2', '3', '4'].map((n) => readFileSync(`${path}.corrupt.${n}`, 'utf8'))).toEqual(['first', 'somebody else’s', 'second', 'third']);
    expect(await store.load()).toBeUndefined();
  });

  test('two at once get a name each', async () => {
    writeFileSync(path, 'x');
    const store = fileStore(path);
    const results = await Promise.allSettled([store.keepAside('old'), store.keepAside('old')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect(readdirSync(folder)).toEqual(['state.json.old.1']);
  });

  test('nothing to keep: an error, and no empty file', async () => {
    expect((await failure(fileStore(path).keepAside('corrupt'))).code).toBe('unwritable');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('99 are enough', async () => {
    for (let n = 1; n <= 99; n++) writeFileSync(`${path}.corrupt.${n}`, '');
    writeFileSync(path, 'x');
    expect((await failure(fileStore(path).keepAside('corrupt'))).message).toMatch(/99 files/);
    expect(existsSync(path)).toBe(true);
  });

  test.each(['', '../x', 'a b', 'A', 'a'.repeat(33)])('%j is no reason', async (reason) => {
    await expect(fileStore(path).keepAside(reason)).rejects.toThrow(TypeError);
  });
});
