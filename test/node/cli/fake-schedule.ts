import type { Schedule } from '../../../node/cli/schedule.ts';

/** Time that passes when told, for views. */
export interface FakeSchedule {
  readonly after: Schedule;
  readonly now: () => number;
  pass(ms: number): void;
  /** What is still to run: for leak checks. */
  readonly pending: number;
}

export function fakeSchedule(start = 0): FakeSchedule {
  let now = start;
  let waiting: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run };
      waiting.push(entry);
      return () => { waiting = waiting.filter((other) => other !== entry); };
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = waiting.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting = waiting.filter((entry) => entry !== next);
        now = next.at;
        next.run();
      }
      now = end;
    },
    get pending() { return waiting.length; },
  };
}
