import { createSecureContext } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { makeTestCertificate } from './certificate.ts';
import { openRelay } from './relay.ts';
import { createScheduler } from './scheduler.ts';
import { warmUp } from './warm-up.ts';
import type { Reply, Request, Started, WorkerData } from './messages.ts';

// The relays' own thread: what its owner's event loop does cannot make them late. It ends by being terminated, which
// closes all that it has open.

const { relays, addresses, seed, port } = workerData as WorkerData;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a rule for windows: threads have no origin
const say = (message: Started | Reply): void => parentPort?.postMessage(message);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function start(): Promise<void> {
  const certificate = makeTestCertificate([...new Set([...addresses, 'localhost'])], Date.now());
  const secureContext = createSecureContext({ key: certificate.keyPem, cert: certificate.certificatePem });
  const scheduler = createScheduler();
  const [opened] = await Promise.all([
    Promise.all(relays.map((relay, index) => openRelay(relay, { addresses, port: port && port + 2 * index, seed, secureContext, scheduler }))),
    warmUp(addresses[0] ?? '127.0.0.1', scheduler),
  ]);
  const byCode = new Map(relays.map((relay, index) => [relay.code, opened[index]]));

  parentPort?.on('message', async (request: Request) => {
    const { id } = request;
    try {
      if (request.type === 'set') await byCode.get(request.code)?.change(request.weather);
      if (request.type === 'tell') byCode.get(request.code)?.tell(request.notice);
      if (request.type === 'hush') await Promise.all(opened.map((relay) => relay.hush()));
      const stats = request.type === 'stats' ? Object.fromEntries([...byCode].flatMap(([code, relay]) => (relay ? [[code, relay.stats()]] : []))) : undefined;
      say({ type: 'done', id, ...(stats && { stats }) });
    } catch (error) {
      say({ type: 'refused', id, message: reasonOf(error) });
    }
  });
  say({ type: 'started', ports: opened.map((relay) => relay.ports), pin: certificate.pin, certificatePem: certificate.certificatePem });
}

start().catch((error: unknown) => say({ type: 'failed', message: reasonOf(error) }));
