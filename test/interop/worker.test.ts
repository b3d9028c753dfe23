import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nearest } from '../../node/nearest.ts';
import { nodeTransports } from '../../node/transports/index.ts';
import type { Lab } from '../../lab/index.ts';
import { until } from '../until.ts';
import { workerdObstacle } from '../workers/project.ts';
import { startLabWorker, type LabWorker } from './lab-worker.ts';
import { cleanUp } from './programs.ts';
import type { LocalWorker } from './wrangler.ts';

/** In no order, so that an order in the answers was measured. */
const rttMs: Readonly<Record<string, number>> = { ams: 23, bom: 110, fra: 9, gru: 190, lax: 142, mad: 31, nrt: 230, nyc: 88, par: 14, sin: 160, syd: 280, waw: 26 };
const codes = Object.keys(rttMs);
/** What one sweep asks of a relay over HTTPS: one request to warm up, three that are timed. */
const requestsARelay = 4;

interface Latency { readonly at: number; readonly regions: Readonly<Record<string, { readonly latencyMs?: number }>> }

const obstacle = workerdObstacle();
if (obstacle !== undefined) console.warn(`workerd cannot run here, so the Worker's tests are skipped: ${obstacle}`);

describe.skipIf(obstacle !== undefined)('the Worker, by wrangler dev, and relays of the lab', () => {
  let started: LabWorker | undefined;
  let lab: Lab;
  let worker: LocalWorker;
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${worker.url}${path}`, init);
  const requests = async (): Promise<number> => Object.values(await lab.stats()).reduce((sum, { requests }) => sum + requests, 0);

  beforeAll(async () => {
    started = await startLabWorker(rttMs, { FLEET_TOKEN: 'secret' });
    ({ lab, worker } = started);
  }, 90_000);
  afterAll(async () => {
    await started?.close();
    await cleanUp();
  });

  it('measures once, however many ask, though the first one leaves', async () => {
    const leaving = new AbortController();
    const left = get('/v1/latency', { signal: leaving.signal }).catch((error: unknown) => error);
    await until(async () => (await requests()) > 0);
    leaving.abort();
    expect(await left).toBeInstanceOf(DOMException);
    const answers = await Promise.all(Array.from({ length: 1_000 }, async () => {
      const ask = async (signal?: AbortSignal): Promise<{ status: number; body: string }> => {
        const response = await get('/v1/latency', { ...(signal && { signal }) });
        return { status: response.status, body: await response.text() };
      };
      // Of a thousand connections made at once a busy machine may lose a few: who hears nothing asks again, while the sweep is fresh.
      return ask(AbortSignal.timeout(12_000)).catch(() => ask());
    }));
    expect(answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body}`)).toEqual([]);
    expect(new Set(answers.map(({ body }) => (JSON.parse(body) as Latency).at)).size).toBe(1);
    expect(await requests()).toBe(codes.length * requestsARelay);
  }, 120_000);

  it('ranks by what it read for a client that has measured nothing', async () => {
    const { regions } = await (await get('/v1/latency')).json() as Latency;
    const { ranked, basis } = await (await get('/v1/hint')).json() as { ranked: string[]; basis: string };
    const readMs = (id: string): number => regions[id]?.latencyMs ?? Infinity;
    // By now there may be a newer sweep than the hint's, and what a busy machine reads is wide of the mark.
    expect(readMs(ranked[0] ?? '')).toBeLessThan(readMs(ranked.at(-1) ?? ''));
    expect([...ranked].sort()).toEqual(codes.map((_, index) => String(index + 1)).sort());
    expect(basis).toBe('measured');
  });

  it('takes a report, keeps it, and counts it in the fleet view, which wants the token', async () => {
    const { report } = await nearest({ map: lab.map, transports: nodeTransports() });
    const posted = await get('/v1/reports', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(report) });
    expect([posted.status, await posted.text()]).toEqual([202, '']);
    expect((await get('/v1/fleet')).status).toBe(401);
    const fleet = async (): Promise<string> => {
      const response = await get('/v1/fleet', { headers: { authorization: 'Bearer secret' } });
      expect(response.status).toBe(200);
      return response.text();
    };
    expect(await fleet()).toContain('DFW');
  });

  it('echoes over a WebSocket', async () => {
    const socket = new WebSocket(`${worker.url.replace('http', 'ws')}/v1/echo`);
    const heard: Buffer[] = [];
    socket.on('message', (data: Buffer) => heard.push(data));
    await once(socket, 'open');
    socket.send(Buffer.from([1, 2, 3]));
    await until(() => heard.length === 1);
    expect([...(heard[0] ?? [])]).toEqual([1, 2, 3]);
    socket.close();
    await once(socket, 'close');
  });
});
