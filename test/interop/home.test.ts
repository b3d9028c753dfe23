import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { parseRelayMap } from '../../core/map/parse.ts';
import { connectMsOf, isAnnounced, isDown, openHome, type LabHome } from '../lab/home-rig.ts';
import { derpMap, derpNode, howToGetDerper, startDerper, writeCertificate, type Derper } from './derper.ts';
import { cleanUp, describeWith, makeFolder } from './programs.ts';

/** What a busy machine may add, ms. */
const slackMs = 1_500;

describeWith('derper', howToGetDerper, (path) => {
  let derpers: Derper[];
  let opened: LabHome;

  beforeEach(async () => {
    const folder = makeFolder();
    const { pin } = await writeCertificate(folder);
    derpers = [await startDerper(path, { folder, mode: 'tls' }), await startDerper(path, { folder, mode: 'tls' })];
    opened = openHome(parseRelayMap(derpMap(...derpers.map((derper) => derpNode(derper, { CertName: pin })))), { attention: 'live' });
  });
  /** The home once the first report is over: two relays on one machine are nearly equal, and the first to answer may not stay the nearest. */
  async function settledHome(): Promise<string | undefined> {
    await opened.until(isAnnounced);
    await opened.picker.report();
    await expect.poll(() => opened.home.current?.region).toBe(opened.picker.decision.home);
    return opened.picker.decision.home;
  }
  afterEach(async () => {
    await opened.close();
    await Promise.all(derpers.map((derper) => derper.stop()));
  });
  afterAll(cleanUp);

  it.each([
    { name: 'killed', signal: 'SIGKILL' as const, withinMs: 300, reason: 'transport' },
    { name: 'held up', signal: 'SIGSTOP' as const, withinMs: 1_300, reason: 'silent' },
  ])('a home whose derper is $name is replaced within $withinMs ms and a connect', async ({ signal, withinMs, reason }) => {
    const region = await settledHome();
    const from = opened.events.length;
    const beganAt = Date.now();
    derpers[Number(region) - 1]?.signal(signal);
    const next = await opened.until(isAnnounced, from);
    expect(next).toMatchObject({ event: 'up', previous: region, region: region === '1' ? '2' : '1', reason: 'failover' });
    expect(opened.events.slice(from).find(isDown)).toMatchObject({ region, reason });
    expect(next.at - beganAt - connectMsOf(opened.events, next)).toBeLessThan(withinMs + slackMs);
  });

  it('a home lives on with a derper, pinged as live, for as long as one looks', async () => {
    const region = await settledHome();
    const from = opened.events.length;
    for (let pongs = 0; pongs < 4; pongs++) await opened.until((event): event is typeof event => event.type === 'pong', opened.events.length);
    expect(opened.events.slice(from).some(isDown)).toBe(false);
    expect(opened.home.current?.region).toBe(region);
  });
});
