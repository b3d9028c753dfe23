import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../core/clock.ts';
import { fake } from '../../../core/probe/fake.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { errorOf } from '../../until.ts';
import { virtualClock } from '../../virtual-clock.ts';

const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  }),
};

const noNetwork = 'it touches no network';
const node = (name: string): { name: string; host: string } => ({ name, host: 'relay.test' });

describeTransport('fake', async () => ({
  create: () => fake({ live: 1, slow: slowMs, silent: Infinity }, realClock),
  live: node('live'),
  slow: node('slow'),
  silent: node('silent'),
  heard: () => 0,
  close: async () => {},
}), { optOut: {
  'measures the family that is asked for': noNetwork,
  'says when nobody listens': noNetwork,
  'finds a relay by its name': noNetwork,
  'says when the name has no address': noNetwork,
  'does not wait for DNS for ever': noNetwork,
  'can be aborted while DNS is asked': noNetwork,
  'ends a probe that waits for DNS when it is closed': noNetwork,
} });

describe('fake', () => {
  it('answers after its latency by the clock, with that latency', async () => {
    const clock = virtualClock();
    const transport = fake({ a: 32, b: 35 }, clock);
    const signal = new AbortController().signal;
    const answers: [string, number][] = [];
    const ask = async (name: string): Promise<unknown> => {
      const sample = await transport.probe(node(name), { family: 6, signal });
      answers.push([name, clock.now()]);
      return sample;
    };
    const probes = Promise.all([ask('b'), ask('a')]);
    expect(await clock.until(probes)).toEqual([{ kind: 'fake', latencyMs: 35, family: 6 }, { kind: 'fake', latencyMs: 32, family: 6 }]);
    expect(answers).toEqual([['a', 32], ['b', 35]]);
  });

  it('wakes no sleeper when it is cut short', async () => {
    const clock = virtualClock();
    const controller = new AbortController();
    const error = errorOf(fake({ a: 1000 }, clock).probe(node('a'), { signal: controller.signal }));
    await clock.advance(10);
    controller.abort();
    expect(await error).toMatchObject({ code: 'no-answer' });
    expect(clock.sleeping).toBe(0);
  });

  it('does not support what it was not told', async () => {
    const transport = fake({ a: 1 }, virtualClock());
    expect(transport.supports(node('a'))).toBe(true);
    expect(transport.supports(node('toString'))).toBe(false);
    expect(await errorOf(transport.probe(node('b'), { signal: new AbortController().signal }))).toMatchObject({ code: 'failed', sent: false });
  });
});
