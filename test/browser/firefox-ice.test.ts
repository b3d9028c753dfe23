import { expect, it } from 'vitest';
import type { RelayMap } from '../../core/model/map.ts';
import { startStunServer, type StunServer } from '../servers/stun-server.ts';
import { describeIn, openPage } from './harness.ts';
import { canEnterNamespace, howToEnter, isInNamespace, namespaceAddress, runInNamespace } from './namespace.ts';

const rttsMs = [14, 8, 20];

describeIn('firefox', 'ice() in Firefox', () => {
  it.skipIf(isInNamespace || !canEnterNamespace)(`works in a network that is not loopback alone${howToEnter}`, () => {
    const { status, stdout, stderr } = runInNamespace(import.meta.url, 80_000);
    expect(stdout, stderr).toMatch(/Tests +1 passed/);
    expect(status, stdout + stderr).toBe(0);
  }, 90_000);

  it.runIf(isInNamespace)('reads each relay close to its delay, by its own clock of whole ms, and finds the nearest', { timeout: 25_000, retry: 2 }, async () => {
    // On a busy machine a Firefox now and then does not come up in time; the next one does.
    const servers: StunServer[] = [];
    const regions: RelayMap['regions'][number][] = [];
    for (const rttMs of rttsMs) {
      const server = await startStunServer((request) => { setTimeout(() => void request.send(request.answer), rttMs); }, namespaceAddress);
      servers.push(server);
      regions.push({ id: String(rttMs), code: `at${rttMs}`, name: `at ${rttMs}`, nodes: [{ name: `${rttMs}a`, host: namespaceAddress, ipv4: namespaceAddress, stun: { port: server.port, dialect: 'plain' } }] });
    }
    await using opened = await openPage<typeof import('./pages/ice.ts')>({ engine: 'firefox', entry: 'test/browser/pages/ice.ts', map: { version: 1, regions } });
    await opened.call('open');
    const bestMs = rttsMs.map(() => Infinity);
    // The machine may be busy with other tests, which makes latencies larger, so least ones count. They must not become too small.
    const isRight = (): boolean => bestMs.indexOf(Math.min(...bestMs)) === rttsMs.indexOf(Math.min(...rttsMs)) && bestMs.every((ms, at) => ms < (rttsMs[at] ?? 0) + 6);
    for (let tries = 0; tries < 6 && !isRight(); tries++) {
      for (const outcomes of await opened.call('rounds', 5, regions.map(({ code }) => code), 500)) {
        for (const [at, outcome] of outcomes.entries()) if ('latencyMs' in outcome) bestMs[at] = Math.min(bestMs[at] ?? Infinity, outcome.latencyMs);
      }
    }
    expect(isRight(), `least latencies ${bestMs.join(', ')}`).toBe(true);
    for (const [at, rttMs] of rttsMs.entries()) expect(bestMs[at], `least latencies ${bestMs.join(', ')}`).toBeGreaterThan(rttMs - 3.5);
    expect(opened.errors).toEqual([]);
    await Promise.all(servers.map((server) => server.close()));
  });
});
