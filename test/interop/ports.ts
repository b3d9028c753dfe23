import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { encodeBindingRequest } from '../../core/wire/stun.ts';

/** Below the ports that systems hand out by themselves, so that none of these is taken between the look and the use. */
const lowest = 20_000;
const highest = 30_000;
/** Hardly any port down there is taken. */
const mostTries = 100;

/** Ports that nobody has, neither for UDP nor for TCP, on any address. All differ. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries === mostTries) throw new Error(`${count} free ports are not to be found between ${lowest} and ${highest}`);
    const port = randomInt(lowest, highest);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind(port);
    await once(udp, 'listening');
    tcp.listen(port);
    await once(tcp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
    tcp.close();
  }
}

/** Whether something accepts TCP connections there. */
export function acceptsTcp(port: number, address = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: address });
    const settle = (accepts: boolean): void => {
      socket.destroy();
      resolve(accepts);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

const answerMs = 50;

/** Whether something answers a STUN request there, be it with an error. */
export const answersStun = async (port: number, address = '127.0.0.1'): Promise<boolean> =>
  (await askStun(port, address).catch(() => undefined)) !== undefined;

/** What comes back for a Binding request in Tailscale's dialect; undefined if nothing does soon. Rejects where nobody listens. */
export async function askStun(port: number, address = '127.0.0.1'): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  const limit = AbortSignal.timeout(answerMs);
  try {
    // Only a connected socket is told that nobody listens.
    socket.connect(port, address);
    await once(socket, 'connect');
    socket.send(encodeBindingRequest(randomBytes(12)));
    const [answer] = await once(socket, 'message', { signal: limit }) as [Buffer];
    return answer;
  } catch (error) {
    if (limit.aborted) return undefined;
    throw error;
  } finally {
    socket.close();
  }
}
