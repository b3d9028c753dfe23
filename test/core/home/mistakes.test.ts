import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectTarget, RelayConnection, RelayNotice } from '../../../core/home/connection.ts';
import { setUp, type FakeConnection } from './rig.ts';

const minute = 60_000;
const wrong = (value: unknown): never => value as never;
const never = new Promise<never>(() => {});

/** What a `connect` and its connections may do instead of what they should. */
const mistakes = {
  none: () => ({}),
  'a ping that is no number': () => ({ ping: () => Promise.resolve(NaN) }),
  'a ping below zero': () => ({ ping: () => Promise.resolve(-1e9) }),
  'a ping that is not awaited': () => ({ ping: () => wrong('12') }),
  'a ping that throws': () => ({ ping: () => { throw new Error('over'); } }),
  'a ping without end': () => ({ ping: () => never }),
  'no ping': () => ({ ping: wrong(undefined) }),
  'a close without end': () => ({ close: () => never }),
  'a close that throws': () => ({ close: () => { throw new Error('not open'); } }),
  'a close that rejects': () => ({ close: () => Promise.reject(new Error('not open')) }),
  'no close': () => ({ close: wrong(undefined) }),
  'an end that rejects': () => ({ closed: Promise.reject(new Error('broken')) }),
  'no end': () => ({ closed: wrong(undefined) }),
  'preferences that reject': () => ({ setPreferred: () => wrong(Promise.reject(new Error('no such frame'))) }),
  'life signs of another clock': () => ({ heardAtMs: Date.now(), usedAtMs: Date.now() }),
  'life signs that are no numbers': () => ({ heardAtMs: NaN, usedAtMs: NaN }),
} satisfies Readonly<Record<string, () => Partial<RelayConnection>>>;

const attempts = ['rejects', 'throws', 'rejects with nothing', 'hangs', 'comes late', 'gives nothing', 'gives an empty one', 'connects', 'connects', 'connects'] as const;

const connectionOf = (mistake: keyof typeof mistakes): FakeConnection => ({ name: '', closed: never, usedAtMs: -Infinity, heardAtMs: -Infinity, ping: () => Promise.resolve(5), close: () => {}, ...mistakes[mistake]() });

describe('whatever is handed to a home', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));

  const deeds = fc.record({
    attempt: fc.constantFrom(...attempts),
    mistake: fc.constantFrom(...(Object.keys(mistakes) as (keyof typeof mistakes)[])),
    notices: fc.array(fc.constantFrom<RelayNotice>({ type: 'health', problem: 'odd' }, { type: 'health', problem: '' }, { type: 'restarting', reconnectInMs: 0, tryForMs: 0 }, wrong({ type: 'restarting' }), wrong({ type: 'news' })), { maxLength: 4 }),
    passMs: fc.constantFrom(0, 1, 40, 300, 2_000, 12_000, 70_000),
    owner: fc.constantFrom('nothing', 'nothing', 'open', 'open and abort', 'retry', 'pin', 'close'),
  });

  it('it goes on, ends when told, and leaves nothing behind', async () => {
    let homes = 0;
    await fc.assert(fc.asyncProperty(fc.array(deeds, { minLength: 3, maxLength: 12, size: 'max' }), async (run) => {
      let at = 0;
      let made = 0;
      let closed = 0;
      const opened: Promise<unknown>[] = [];
      const connect = ({ onNotice, signal }: ConnectTarget): Promise<FakeConnection> => {
        const { attempt, mistake, notices } = run[at++ % run.length] ?? { attempt: 'hangs' as const, mistake: 'none' as const, notices: [] };
        const connection = (): FakeConnection => {
          made++;
          const one = connectionOf(mistake);
          const { close } = one;
          return Object.assign(one, { close() {
            closed++;
            return close?.();
          } });
        };
        switch (attempt) {
          case 'throws': throw new Error('at once');
          case 'rejects': return Promise.reject(Object.assign(new Error('no'), { retryAfterMs: 1e300 }));
          case 'rejects with nothing': return Promise.reject(wrong(undefined));
          case 'hangs': return never;
          case 'comes late': return rig.clock.sleep(20_000, new AbortController().signal).then(connection);
          case 'gives nothing': return wrong(undefined);
          case 'gives an empty one': return Promise.resolve(wrong({}));
          case 'connects': return rig.clock.sleep(20, signal).then(() => {
            notices.forEach(onNotice);
            return connection();
          });
        }
      };
      const rig = setUp(undefined, { connectTimeoutMs: 3_000, connect, onEvent(event) {
        if (event.type === 'home' && event.event !== 'down') homes++;
        return wrong(Promise.reject(new Error('a listener\'s mistake')));
      } });
      for (const { passMs, owner } of run) {
        await rig.clock.advance(passMs);
        if (owner === 'open') opened.push(rig.home.open('3').catch(() => {}));
        if (owner === 'open and abort') opened.push(rig.home.open('2', { signal: AbortSignal.abort() }).catch(() => {}));
        if (owner === 'retry') rig.home.retry();
        if (owner === 'pin') rig.picker.update({ preferences: { pin: String(1 + (passMs % 3)) } });
        if (owner === 'close') opened.push(rig.home.close());
      }
      const ended = Promise.all([rig.home.close(), rig.home.close(), rig.picker.close()]);
      let isEnded = false;
      void ended.then(() => { isEnded = true; });
      await rig.clock.advance(2_000);
      expect(isEnded).toBe(true);
      await Promise.all(opened);
      // What came too late was closed as well.
      await rig.clock.advance(20_000);
      expect([rig.clock.sleeping, made - closed]).toEqual([0, 0]);
    }), { numRuns: 150 });
    expect(homes).toBeGreaterThan(150);
    expect(unhandled).toEqual([]);
  }, 120_000);

  it.each(['life signs of another clock', 'life signs that are no numbers'] as const)('%s keep no dead relay alive', async (mistake) => {
    const rig = setUp(undefined, { attention: 'live' }, mistakes[mistake]);
    await rig.clock.advance(minute);
    rig.relay('1a').service = 'mute';
    await rig.clock.advance(2_000);
    expect(rig.announcements().slice(0, 2)).toEqual(['up 1 first', 'down 1 silent']);
    await rig.close();
  });

  it.each(['a ping that is no number', 'a ping below zero'] as const)('%s is what it took', async (mistake) => {
    const rig = setUp(undefined, { attention: 'live' }, ({ ping }) => ({ async ping(signal) {
      await ping(signal);
      return mistakes[mistake]().ping();
    } }));
    await rig.clock.advance(minute);
    expect(rig.home.current?.rttMs).toBe(9); // and a step of the clock
    expect(Math.abs(rig.relay('1a').pings - 120)).toBeLessThan(10);
    await rig.close();
  });

  it('a flood of what a relay says is heard once a turn', async () => {
    const rig = setUp(undefined, { attention: 'live' });
    await rig.clock.advance(minute);
    rig.forget();
    for (let at = 0; at < 10_000; at++) {
      rig.relay('1a').say({ type: 'health', problem: at % 2 ? '' : 'odd' });
      rig.relay('1a').say({ type: 'restarting', reconnectInMs: at, tryForMs: 60_000 });
    }
    await rig.clock.advance(0);
    expect(rig.notes.map(({ type }) => type)).toEqual(['draining']);
    await rig.close();
  });
});
