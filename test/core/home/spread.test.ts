import { describe, expect, it } from 'vitest';
import { stableMs } from '../../../core/home/slots.ts';
import { mapOf } from '../../maps.ts';
import { announcements, fra, nyc, onlyMatching, par, setUp, wantOf } from './machine-rig.ts';

describe('a home that may take its time, as all lose the same relay in one moment', () => {
  const spreadMs = 4_000;
  const begin = (random = () => 0.5) => {
    const rig = setUp({ random });
    rig.want(fra);
    rig.up(fra);
    rig.pass(stableMs);
    return rig;
  };

  it('waits by chance where the connection was cut', () => {
    for (const chance of [0, 0.25, 0.99]) {
      const { lose, pass } = begin(() => chance);
      const at = chance * spreadMs;
      const said = [...lose(fra, 'transport', spreadMs), ...pass(at - 1), ...pass(1)];
      expect(said).toEqual(['note 1 dead', 'down 1 transport', 'connect 1a']);
    }
  });

  it.each([
    { name: 'not where the relay fell silent, which each notices in its own time', act: ({ lose }: ReturnType<typeof begin>) => lose(fra, 'silent', spreadMs), begun: 'connect 2a' },
    { name: 'not on another network', act: ({ lose, take }: ReturnType<typeof begin>) => [...lose(fra, 'transport', spreadMs), ...take({ ...wantOf(par), anew: true })], begun: 'connect 2a' },
    { name: 'not when told to try', act: ({ lose, take }: ReturnType<typeof begin>) => [...lose(fra, 'transport', spreadMs), ...take({ type: 'retry' })], begun: 'connect 1a' },
    { name: 'not when somebody wants a connection', act: ({ lose, take }: ReturnType<typeof begin>) => [...lose(fra, 'transport', spreadMs), ...take({ type: 'demand', region: nyc })], begun: 'connect 3a' },
  ])('$name', ({ act, begun }) => {
    expect(act(begin())).toContain(begun);
  });

  it('takes at once what is connected already', () => {
    const { take, up, lose } = begin();
    take({ type: 'demand', region: nyc });
    up(nyc);
    expect(onlyMatching(lose(fra, 'transport', spreadMs), announcements)).toEqual(['down 1 transport', 'up 3 failover']);
  });

  it('waits once, where the relay says that it restarts and then ends', () => {
    const { hear, lose, pass } = begin();
    expect(hear(fra, { type: 'restarting', reconnectInMs: 60_000, tryForMs: 60_000 }, spreadMs)).toEqual(['note 1 draining']);
    pass(1_500);
    expect(lose(fra, 'transport', spreadMs)).toEqual(['note 1 dead', 'down 1 transport']);
    expect(pass(499)).toEqual([]);
    expect(pass(1)).toEqual(['connect 2a']);
  });
});

it('a home asks a relay that restarts ever more rarely while it has another home, and again and again while it has none', () => {
  const attemptsIn = (hasOther: boolean): number => {
    const { want, up, hear, lose, pass, fail } = setUp();
    if (hasOther) want(fra);
    else want(fra, mapOf(['fra']), [fra]);
    up(fra);
    hear(fra, { type: 'restarting', reconnectInMs: 1_000, tryForMs: 60_000 });
    if (hasOther) up(par);
    lose(fra);
    let attempts = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      for (let said = pass(100); said.includes('connect 1a'); said = fail(fra)) attempts++;
    }
    return attempts;
  };
  expect(attemptsIn(true)).toBeLessThan(10);
  expect(attemptsIn(false)).toBeGreaterThan(40);
});
