import { describe, expect, it } from 'vitest';
import { lateness, watchEventLoop, type EventLoopWatch, type Loop } from '../../../node/transports/event-loop.ts';

/** An event loop by hand: timers fire, sockets are looked at, and then what waited for that runs. */
function rig() {
  let nowMs = 1_000;
  let tick: (() => void) | undefined;
  const afterPoll = new Set<() => void>();
  let timers = 0;
  const loop: Loop = {
    every(_ms, run) {
      tick = run;
      timers++;
      return () => {
        tick = undefined;
        timers--;
      };
    },
    afterPoll(run) {
      afterPoll.add(run);
      return () => afterPoll.delete(run);
    },
  };
  const watch = watchEventLoop(() => nowMs, loop);
  return {
    watch,
    pass: (ms: number) => { nowMs += ms; },
    fire: () => tick?.(),
    /** The sockets are looked at: `reads` answers are in them. Returns how late each may be. */
    poll(reads = 0): number[] {
      const late = Array.from({ length: reads }, () => watch.readLateMs(nowMs));
      const runs = [...afterPoll];
      afterPoll.clear();
      for (const run of runs) run();
      return late;
    },
    timers: () => timers,
    waiting: () => afterPoll.size,
  };
}

/** Turns of a loop that is on time. */
function idle({ pass, fire, poll }: ReturnType<typeof rig>, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    pass(1);
    fire();
    poll();
  }
}

describe('the watch on the event loop', () => {
  it.each<{ what: string; happens: (loop: ReturnType<typeof rig>) => void; lateMs: number }>([
    { what: 'just started', happens: () => {}, lateMs: 0 },
    { what: 'on time', happens: (loop) => { idle(loop, 50); loop.pass(0.4); }, lateMs: 0.4 },
    { what: 'stalled before the sockets are looked at', happens: (loop) => { idle(loop, 50); loop.pass(30); }, lateMs: 30 },
    { what: 'stalled from the start', happens: ({ pass }) => pass(30), lateMs: 30 },
    { what: 'stalled, and a timer fires before the sockets are looked at', happens: (loop) => { idle(loop, 50); loop.pass(70); loop.fire(); loop.pass(1); }, lateMs: 71 },
    { what: 'stalled, and several timers fire before the sockets are looked at', happens: (loop) => { idle(loop, 50); loop.pass(70); loop.fire(); loop.pass(2); loop.fire(); loop.pass(2); loop.fire(); }, lateMs: 74 },
    { what: 'stalled after the timer', happens: (loop) => { idle(loop, 50); loop.fire(); loop.pass(30); }, lateMs: 30 },
    { what: 'stalled, but the sockets were looked at since', happens: (loop) => { idle(loop, 50); loop.pass(70); idle(loop, 1); loop.pass(0.5); }, lateMs: 0.5 },
    { what: 'stalled, with more in a socket than is read at once', happens: (loop) => { idle(loop, 50); loop.pass(70); loop.fire(); loop.poll(32); loop.pass(1); }, lateMs: 71 },
    { what: 'stalled, with no more than is read at once', happens: (loop) => { idle(loop, 50); loop.pass(70); loop.fire(); loop.poll(31); loop.pass(1); }, lateMs: 1 },
  ])('$what: up to $lateMs ms late', ({ happens, lateMs }) => {
    const loop = rig();
    loop.watch.start();
    happens(loop);
    expect(loop.poll(1)[0]).toBeCloseTo(lateMs);
  });

  it('bounds the delay of whatever came in, whenever the process stalls', () => {
    const loop = rig();
    loop.watch.start();
    idle(loop, 3);
    // What comes in after a look at the sockets is read in the next one: no bound may be below the time in between.
    for (const [beforeTimers, beforePoll] of [[0, 40], [40, 0], [3, 3], [0.1, 90], [25, 25], [0, 0.1]] as const) {
      loop.pass(beforeTimers);
      loop.fire();
      loop.pass(beforePoll);
      expect(loop.poll(1)[0]).toBeGreaterThanOrEqual(beforeTimers + beforePoll - 1e-9);
    }
  });

  it('has one timer for all who watch, and nothing when nobody does', () => {
    const { watch, timers, fire, waiting } = rig();
    watch.start();
    watch.start();
    fire();
    expect([timers(), waiting()]).toEqual([1, 1]);
    watch.stop();
    expect(timers()).toBe(1);
    watch.stop();
    expect([timers(), waiting()]).toEqual([0, 0]);
  });

  it('takes up Node\u2019s own loop', async () => {
    const watch: EventLoopWatch = watchEventLoop(() => performance.now());
    watch.start();
    const end = performance.now() + 40;
    while (performance.now() < end);
    expect(watch.readLateMs(performance.now())).toBeGreaterThanOrEqual(40);
    // However busy the machine: once the loop turned after a tick the stall is over.
    let leastMs = Infinity;
    for (let turn = 0; turn < 2_000 && leastMs >= 40; turn++) {
      await new Promise((resolve) => { setTimeout(resolve, 1); });
      leastMs = watch.readLateMs(performance.now());
    }
    watch.stop();
    expect(leastMs).toBeLessThan(40);
  });
});

describe('what a sample says of it', () => {
  it.each([
    { what: 'nothing of what a loop on time takes', latencyMs: 20, read: 3, send: 0.1, is: {} },
    { what: 'how late it may have been read', latencyMs: 78, read: 70, send: 0, is: { lateMs: 70, doubt: ['event-loop'] } },
    { what: 'how late it may have been sent', latencyMs: 78, read: 1, send: 69, is: { lateMs: 70, doubt: ['event-loop'] } },
    { what: 'no more than all of it', latencyMs: 40, read: 90, send: 0, is: { lateMs: 40, doubt: ['event-loop'] } },
  ])('$what', ({ latencyMs, read, send, is }) => {
    expect(lateness(latencyMs, read, send)).toEqual(is);
  });
});
