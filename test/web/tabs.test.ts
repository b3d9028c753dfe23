import { describe, expect, it } from 'vitest';
import type { Page } from '../../web/page.ts';
import { shared } from '../../web/tabs/shared.ts';
import { together } from '../../web/tabs/together.ts';
import { errorOf, isPending, turns, until } from '../until.ts';
import { fakeBrowser, type FakeTab } from './fake-page.ts';

const name = 'test';
const read = (data: unknown): number | undefined => (typeof data === 'number' ? data : undefined);

/** Work that ends when told. */
function handWork(): { work: (tell: (found: number) => void) => Promise<number>; readonly begun: number; tell(found: number): void; end(found: number): void; fail(error: Error): void } {
  let begun = 0;
  let teller = (_found: number): void => {};
  let settle = { resolve: (_found: number): void => {}, reject: (_error: Error): void => {} };
  return {
    work: (tell) => {
      begun++;
      teller = tell;
      return new Promise((resolve, reject) => { settle = { resolve, reject }; });
    },
    get begun() { return begun; },
    tell: (found) => teller(found),
    end: (found) => settle.resolve(found),
    fail: (error) => settle.reject(error),
  };
}

describe('together', () => {
  const ask = (page: Page, by: ReturnType<typeof handWork>, signal?: AbortSignal): Promise<number> => together({ name, read, page, ...(signal && { signal }) }, by.work);

  it('has one tab work, and all get what it tells first', async () => {
    const browser = fakeBrowser();
    const by = handWork();
    const answers = [ask(browser.open(), by), ask(browser.open(), by), ask(browser.open(), by)];
    await until(() => by.begun === 1);
    by.tell(7);
    expect(await Promise.all(answers)).toEqual([7, 7, 7]);
    by.end(8);
    await until(() => browser.channels.size === 0);
    expect(by.begun).toBe(1);
  });

  it('tells who comes between the first telling and the end', async () => {
    const browser = fakeBrowser();
    const by = handWork();
    const first = ask(browser.open(), by);
    await until(() => by.begun === 1);
    by.tell(7);
    await first;
    expect(await ask(browser.open(), by)).toBe(7);
    expect(by.begun).toBe(1);
    by.end(7);
    await until(() => browser.channels.size === 0);
  });

  it('has the next one work where the first fails', async () => {
    const browser = fakeBrowser();
    const [first, second] = [handWork(), handWork()];
    const failed = errorOf(ask(browser.open(), first));
    const answer = ask(browser.open(), second);
    await until(() => first.begun === 1);
    first.fail(new Error('broken'));
    expect(await failed).toMatchObject({ message: 'broken' });
    await until(() => second.begun === 1);
    second.end(3);
    expect(await answer).toBe(3);
  });

  it('measures anew once the others are done', async () => {
    const browser = fakeBrowser();
    const by = handWork();
    const first = ask(browser.open(), by);
    await until(() => by.begun === 1);
    by.end(1);
    await first;
    await until(() => browser.channels.size === 0);
    const second = ask(browser.open(), by);
    await until(() => by.begun === 2);
    by.end(2);
    expect(await second).toBe(2);
  });

  it.each([{ what: 'one that waits', waits: true }, { what: 'the one that works', waits: false }])('lets go of $what when its signal aborts', async ({ waits }) => {
    const browser = fakeBrowser();
    const by = handWork();
    const controller = new AbortController();
    const first = ask(browser.open(), by, waits ? undefined : controller.signal);
    const second = ask(browser.open(), by, waits ? controller.signal : undefined);
    await until(() => by.begun === 1);
    controller.abort(new Error('enough'));
    expect(await errorOf(waits ? second : first)).toMatchObject({ message: 'enough' });
    by.end(5);
    expect(await (waits ? first : second)).toBe(5);
    expect(await errorOf(ask(browser.open(), by, controller.signal))).toMatchObject({ message: 'enough' });
    await until(() => browser.channels.size === 0);
  });

  it('hears no nonsense', async () => {
    const browser = fakeBrowser();
    const by = handWork();
    const answer = ask(browser.open(), by);
    for (const data of ['9', { found: 9 }, null, [9]]) browser.say(name, data);
    expect(await isPending(answer)).toBe(true);
    by.end(1);
    expect(await answer).toBe(1);
  });

  const sandboxed = (): Page => ({ ...fakeBrowser().open(), navigator: { locks: { request: async () => { throw new DOMException('no origin', 'SecurityError'); } } } });
  it.each<{ what: string; page: Page }>([{ what: 'without locks', page: {} }, { what: 'with locks that refuse', page: sandboxed() }])('works alone $what', async ({ page }) => {
    const by = handWork();
    const answer = ask(page, by);
    await until(() => by.begun === 1);
    by.tell(1);
    expect(await answer).toBe(1);
    by.end(2);
  });
});

describe('shared', () => {
  /** What a leader finds, by hand; and who leads. */
  function handLead(): { lead: (signal: AbortSignal, heardAt: number) => AsyncIterable<number>; readonly leading: number; readonly turns: number[]; find(found: number): void; fail(error: Error): void } {
    let leading = 0;
    const turnsTaken: number[] = [];
    const inbox: (number | Error)[] = [];
    return {
      async *lead(signal, heardAt) {
        leading++;
        turnsTaken.push(heardAt);
        try {
          while (!signal.aborted) {
            const next = inbox.shift();
            if (next instanceof Error) throw next;
            if (next === undefined) await turns(1);
            else yield next;
          }
        } finally {
          leading--;
        }
      },
      get leading() { return leading; },
      turns: turnsTaken,
      find: (found) => { inbox.push(found); },
      fail: (error) => { inbox.push(error); },
    };
  }

  interface Reader { readonly got: number[]; readonly done: Promise<void>; close(): void }
  function readIn(page: Page, by: ReturnType<typeof handLead>): Reader {
    const end = new AbortController();
    const got: number[] = [];
    const done = (async () => { for await (const item of shared({ name, read, page, signal: end.signal }, by.lead)) got.push(item); })();
    return { got, done, close: () => end.abort() };
  }

  it('has one tab lead, and all hear it; a newcomer hears the latest', async () => {
    const browser = fakeBrowser();
    const by = handLead();
    const readers = [readIn(browser.open(), by), readIn(browser.open(), by)];
    by.find(1);
    await until(() => readers.every(({ got }) => got.includes(1)));
    expect(by.leading).toBe(1);
    const late = readIn(browser.open(), by);
    await until(() => late.got.includes(1));
    by.find(2);
    await until(() => [...readers, late].every(({ got }) => got.at(-1) === 2));
    for (const reader of [...readers, late]) reader.close();
    await Promise.all([...readers, late].map(({ done }) => done));
    expect([by.leading, by.turns.length, browser.channels.size]).toEqual([0, 1, 0]);
  });

  it.each<{ what: string; leave: (tab: FakeTab, reader: Reader) => void }>([
    { what: 'is hidden', leave: (tab) => tab.setHidden(true) },
    { what: 'is closed', leave: (_, reader) => reader.close() },
  ])('hands over when the leader $what, and says how old the last news is', async ({ leave }) => {
    const browser = fakeBrowser();
    const [one, other] = [handLead(), handLead()];
    const tab = browser.open();
    const first = readIn(tab, one);
    await until(() => one.leading === 1);
    const second = readIn(browser.open(), other);
    const before = performance.now();
    one.find(1);
    await until(() => second.got.includes(1));
    leave(tab, first);
    await until(() => other.leading === 1);
    expect(one.leading).toBe(0);
    expect(other.turns[0]).toBeGreaterThanOrEqual(before);
    expect(other.turns[0]).toBeLessThanOrEqual(performance.now());
    for (const reader of [first, second]) reader.close();
    await Promise.all([first.done, second.done]);
  });

  it('never leads while hidden, but listens', async () => {
    const browser = fakeBrowser();
    const [unseen, by] = [handLead(), handLead()];
    const hidden = browser.open({ isHidden: true });
    const reader = readIn(hidden, unseen);
    await turns(10);
    expect(unseen.leading).toBe(0);
    const visible = readIn(browser.open(), by);
    by.find(4);
    await until(() => reader.got.includes(4));
    visible.close();
    await visible.done;
    expect(unseen.leading).toBe(0);
    hidden.setHidden(false);
    await until(() => unseen.leading === 1);
    reader.close();
    await reader.done;
  });

  it('ends with the leader\'s error, and leaves nothing', async () => {
    const browser = fakeBrowser();
    const by = handLead();
    const reader = readIn(browser.open(), by);
    by.fail(new Error('broken'));
    expect(await errorOf(reader.done)).toMatchObject({ message: 'broken' });
    expect(browser.channels.size).toBe(0);
  });

  it('stops leading when its reader leaves the loop', async () => {
    const browser = fakeBrowser();
    const by = handLead();
    by.find(1);
    for await (const item of shared({ name, read, page: browser.open() }, by.lead)) {
      expect(item).toBe(1);
      break;
    }
    expect([by.leading, browser.channels.size]).toEqual([0, 0]);
  });

  it('leads alone where there are no locks, also while hidden', async () => {
    const by = handLead();
    const reader = readIn({}, by);
    by.find(1);
    await until(() => reader.got.includes(1));
    reader.close();
    await reader.done;
    expect(by.leading).toBe(0);
  });
});
