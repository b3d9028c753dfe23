import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { encodeBindingRequest } from '../core/wire/stun.ts';
import { noTraffic } from './counters.ts';
import { createPath } from './path.ts';
import { openStun } from './stun-server.ts';
import type { Scheduler } from './scheduler.ts';

/** A datagram to oneself takes less than 1 ms; one that was lost must not hold up the start. */
const PATIENCE_MS = 50;

/** Code that never ran takes 2 to 3 ms for its first packet. Let that be one of our own, at a relay that nobody knows. */
export async function warmUp(address: string, scheduler: Scheduler): Promise<void> {
  const stun = await openStun(address, 0, 'plain', { path: createPath(0, {}, () => 0), scheduler, counters: noTraffic() });
  const client = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.once('message', done).once('error', done);
    client.send(encodeBindingRequest(randomBytes(12)), stun.port, address);
  });
  client.close();
  await stun.close();
}
