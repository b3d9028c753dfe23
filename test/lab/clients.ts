import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { encodeBindingRequest } from '../../core/wire/stun.ts';
import type { RelayMap, RelayNode } from '../../core/model/map.ts';
import type { Lab } from '../../lab/index.ts';

/** The one node of a lab's region. */
export function nodeOf(map: RelayMap, code: string): RelayNode & Required<Pick<RelayNode, 'stun' | 'https' | 'websocket'>> {
  const node = map.regions.find((region) => region.code === code)?.nodes[0];
  if (!node?.stun || !node.https || node.websocket === undefined) throw new Error(`no relay ${code}`);
  return { ...node, stun: node.stun, https: node.https, websocket: node.websocket };
}

/** A Binding request with a fresh transaction id. */
export const request = (options?: { plain?: boolean }): Uint8Array => encodeBindingRequest(randomBytes(12), options);

/** A UDP socket that tells who answered, by transaction id. */
export interface StunClient {
  /** Sends; resolves with the answer and its delay, never without one. */
  ask(port: number, question: Uint8Array): Promise<{ answer: Buffer; ms: number }>;
  send(port: number, bytes: Uint8Array): void;
  readonly received: readonly Buffer[];
  readonly port: number;
  close(): void;
}

export async function stunClient(address = '127.0.0.1'): Promise<StunClient> {
  const family = address.includes(':') ? 6 : 4;
  const socket = dgram.createSocket({ type: `udp${family}`, lookup: (host, _options, done) => done(null, host, family) });
  const waiting = new Map<string, (answer: Buffer) => void>();
  const received: Buffer[] = [];
  socket.on('message', (answer) => {
    received.push(answer);
    waiting.get(answer.toString('hex', 8, 20))?.(answer);
  });
  await new Promise<void>((done) => { socket.bind(0, address, done); });
  return {
    ask: (port, question) => new Promise((resolve) => {
      const sentAt = performance.now();
      waiting.set(Buffer.from(question).toString('hex', 8, 20), (answer) => resolve({ answer, ms: performance.now() - sentAt }));
      socket.send(question, port, address);
    }),
    send: (port, bytes) => socket.send(bytes, port, address),
    received,
    port: socket.address().port,
    close: () => socket.close(),
  };
}

/** Waits until a relay's counts are as wanted; the test's own time limit is the bound. */
export async function until(lab: Lab, code: string, holds: (stats: Awaited<ReturnType<Lab['stats']>>[string]) => boolean): Promise<void> {
  for (;;) {
    const stats = (await lab.stats())[code];
    if (!stats) throw new Error(`no relay ${code}`);
    if (holds(stats)) return;
  }
}

/** Connects and sends; what comes back grows in `received`. */
export async function rawClient(port: number, text: string): Promise<{ socket: net.Socket; received: () => string; closed: Promise<string> }> {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  let ending = 'closed';
  socket.on('data', (chunk: Buffer) => { received += chunk.toString('latin1'); });
  socket.on('error', (error: NodeJS.ErrnoException) => { ending = error.code ?? 'error'; });
  const closed = new Promise<string>((resolve) => { socket.on('close', () => resolve(ending)); });
  await Promise.race([closed, new Promise<void>((resolve) => { socket.once('connect', resolve); })]);
  socket.write(text, 'latin1');
  return { socket, received: () => received, closed };
}
