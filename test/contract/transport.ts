import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClosedError, ProbeFailure } from '../../core/errors.ts';
import type { Family } from '../../core/model/kind.ts';
import type { RelayNode } from '../../core/model/map.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { Transport } from '../../core/probe/transport.ts';
import type { Lookup, Resolver } from '../../node/transports/resolve.ts';
import { createResolver } from '../../node/transports/resolve.ts';
import { hasIpv6 } from '../servers/ipv6.ts';
import { errorOf, isPending, turns, until } from '../until.ts';
import { slowMs } from './slow.ts';

/** What a transport brings along to be tested: itself and relays on loopback. Made anew for each case. */
export interface Fixture {
  create(resolver: Resolver): Transport;
  /** Answers at once at 127.0.0.1. */
  readonly live: RelayNode;
  /** Answers at once at ::1. */
  readonly live6?: RelayNode;
  /** Answers each probe at the earliest after `slowMs`. */
  readonly slow: RelayNode;
  /** Never answers. */
  readonly silent: RelayNode;
  /** Where the silent one can tell: it was asked. */
  silentWasAsked?(): boolean | Promise<boolean>;
  /** Nobody listens there. */
  readonly closed?: RelayNode;
  /** The live one without an address: its host is `relay.test`. */
  readonly named?: RelayNode;
  /** What the live one has heard: requests, connections. */
  heard(): number | Promise<number>;
  close(): Promise<void>;
}

export { slowMs };

/** The cases. A transport may leave one out with a reason. */
export type CaseName =
  | 'measures a live relay'
  | 'measures the family that is asked for'
  | 'supports only what speaks it'
  | 'tells two relays apart'
  | 'waits for a silent relay until the signal aborts'
  | 'sends nothing when the signal has aborted already'
  | 'says when nobody listens'
  | 'finds a relay by its name'
  | 'says when the name has no address'
  | 'does not wait for DNS for ever'
  | 'can be aborted while DNS is asked'
  | 'ends a probe under way when it is closed'
  | 'ends a probe that waits for DNS when it is closed'
  | 'refuses to work once closed'
  | 'puts one listener on a signal for many probes'
  | 'leaves nothing behind';

/**
 * The contract of the transport seam (`core/probe/transport.ts`), case by case. One liberty is not a case here: a transport
 * that measures twice, first to warm up, may resolve on abort with what the first time told, if it marks it `cold`.
 */
export function describeTransport(name: string, setup: () => Promise<Fixture>, { optOut = {} }: { optOut?: Partial<Record<CaseName, string>> } = {}): void {
  describe(`${name}: contract of a transport`, () => {
    let fixture: Fixture;
    let transport: Transport;
    let lookup: Lookup;
    let controller: AbortController;

    beforeEach(async () => {
      fixture = await setup();
      lookup = (_host, { family }, callback) => (family === 4 ? callback(null, [{ address: '127.0.0.1', family }]) : callback(new Error('ENOTFOUND'), []));
      transport = fixture.create(createResolver({ lookup: (...asked) => lookup(...asked), timeoutMs: 50 }));
      controller = new AbortController();
    });
    afterEach(async () => {
      await transport.close();
      await fixture.close();
    });

    const probe = (node: RelayNode, family?: Family, signal = controller.signal): Promise<Sample> =>
      transport.probe(node, { ...(family !== undefined && { family }), signal });
    const named = (): RelayNode => given(fixture.named);

    /** Asks the silent relay, as far as that gets; resolves with the error that the probe ends with. */
    async function askSilent(): Promise<{ readonly error: Promise<unknown> }> {
      const error = errorOf(probe(fixture.silent));
      await until(async () => (await fixture.silentWasAsked?.()) ?? true);
      expect(await isPending(error)).toBe(true);
      return { error };
    }

    const cases: Record<CaseName, () => Promise<void>> = {
      'measures a live relay': async () => {
        const sample = await probe(fixture.live);
        expect(sample.kind).toBe(transport.kind);
        expect(sample.latencyMs).toBeGreaterThan(0);
        expect(sample.latencyMs).toBeLessThan(10_000);
      },
      'measures the family that is asked for': async () => {
        expect(await probe(fixture.live, 4)).toMatchObject({ family: 4 });
        if (hasIpv6) expect(await probe(given(fixture.live6), 6)).toMatchObject({ family: 6 });
        expect(await errorOf(probe({ ...fixture.live, ipv6: 'none', stunTestIp: '' }, 6))).toMatchObject({ code: 'dns', sent: false });
      },
      'supports only what speaks it': async () => {
        expect(transport.supports(fixture.live)).toBe(true);
        expect(transport.supports({ name: 'mute', host: 'mute.test', ipv4: '127.0.0.1' })).toBe(false);
      },
      'tells two relays apart': async () => {
        const asked = [fixture.slow, fixture.live, fixture.slow, fixture.live];
        const samples = await Promise.all(asked.map((node) => probe(node)));
        // Mixed up, one of the slow ones would have a figure of the live one's. A timer may fire a little early.
        for (const at of [0, 2]) expect(samples[at]?.latencyMs).toBeGreaterThan(slowMs - 2);
      },
      'waits for a silent relay until the signal aborts': async () => {
        const { error } = await askSilent();
        controller.abort();
        expect(await isPending(error)).toBe(false);
        expect(await error).toBeInstanceOf(ProbeFailure);
        expect(await error).toMatchObject({ code: 'no-answer', sent: true });
      },
      'sends nothing when the signal has aborted already': async () => {
        await probe(fixture.live);
        const once = await fixture.heard();
        const error = errorOf(probe(fixture.live, undefined, AbortSignal.abort()));
        expect(await isPending(error)).toBe(false);
        expect(await error).toMatchObject({ code: 'aborted', sent: false });
        await probe(fixture.live);
        expect(await fixture.heard()).toBe(2 * once);
      },
      'says when nobody listens': async () => {
        expect(await errorOf(probe(given(fixture.closed)))).toMatchObject({ name: 'ProbeFailure', code: 'refused', sent: true });
      },
      'finds a relay by its name': async () => {
        expect((await probe(named())).latencyMs).toBeGreaterThan(0);
      },
      'says when the name has no address': async () => {
        lookup = (host, _options, callback) => callback(new Error(`getaddrinfo ENOTFOUND ${host}`), []);
        expect(await errorOf(probe(named(), 4))).toMatchObject({ name: 'ProbeFailure', code: 'dns', sent: false });
        expect(await fixture.heard()).toBe(0);
      },
      'does not wait for DNS for ever': async () => {
        lookup = () => {};
        expect(await errorOf(probe(named(), 4))).toMatchObject({ name: 'ProbeFailure', code: 'dns', sent: false });
      },
      'can be aborted while DNS is asked': async () => {
        lookup = () => {};
        const error = errorOf(probe(named()));
        await turns(1);
        controller.abort();
        expect(await isPending(error)).toBe(false);
        expect(await error).toMatchObject({ name: 'ProbeFailure', code: 'aborted', sent: false });
      },
      'ends a probe under way when it is closed': async () => {
        const { error } = await askSilent();
        await transport.close();
        expect(await isPending(error)).toBe(false);
        expect(await error).toMatchObject({ name: 'ProbeFailure', code: 'aborted' });
      },
      'ends a probe that waits for DNS when it is closed': async () => {
        lookup = () => {};
        const error = errorOf(probe(named()));
        await turns(1);
        await transport.close();
        expect(await isPending(error)).toBe(false);
        expect(await error).toMatchObject({ name: 'ProbeFailure', code: 'aborted', sent: false });
      },
      'refuses to work once closed': async () => {
        await transport.close();
        expect(await errorOf(probe(fixture.live))).toBeInstanceOf(ClosedError);
        expect(await fixture.heard()).toBe(0);
        await transport.close();
      },
      'puts one listener on a signal for many probes': async () => {
        const probes = Array.from({ length: 12 }, () => errorOf(probe(fixture.silent)));
        await turns(1);
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
        controller.abort();
        for (const error of await Promise.all(probes)) expect(error).toBeInstanceOf(ProbeFailure);
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      },
      'leaves nothing behind': async () => {
        // What the case before has closed may still be closing.
        await turns(20);
        const before = resources();
        const abandoned = new AbortController();
        const ends = [probe(fixture.live), errorOf(probe(fixture.silent, undefined, abandoned.signal)), ...(fixture.closed ? [errorOf(probe(fixture.closed))] : [])];
        await until(async () => (await fixture.silentWasAsked?.()) ?? true);
        await turns(10);
        abandoned.abort();
        await Promise.all(ends);
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
        expect(getEventListeners(abandoned.signal, 'abort')).toHaveLength(0);
        // The far ends are in this process, too, and hear a little later that their connections are closed.
        await until(() => beyond(before).length === 0).catch(() => expect(beyond(before)).toEqual([]));
      },
    };

    for (const [name, run] of Object.entries(cases)) {
      const reason = optOut[name as CaseName];
      if (reason === undefined) it(name, run);
      else it.skip(`${name} (left out: ${reason})`);
    }
  });
}

/** What keeps this process alive, but for the turns of the event loop that the tests take themselves. */
const resources = (): string[] => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate');

/** What there is now and was not before. */
function beyond(before: readonly string[]): string[] {
  const rest = [...before];
  return resources().filter((name) => {
    const at = rest.indexOf(name);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

const given = (node: RelayNode | undefined): RelayNode => {
  if (!node) throw new Error('the fixture lacks what this case needs');
  return node;
};
