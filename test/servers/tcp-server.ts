import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface TcpServer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

/** Accepts connections; what it says on them is up to `greet`, by default nothing, ever. */
export async function startTcpServer(greet: (socket: Socket) => void = () => {}, address = '127.0.0.1'): Promise<TcpServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket)).resume();
    greet(socket);
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() { return accepted; },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of loopback that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await startTcpServer();
  await server.close();
  return server.port;
}

/**
 * A port that answers no SYN, as a black hole does: it listens in a thread that accepts nobody, and its queue is full. Linux
 * drops what does not fit; other systems may refuse.
 */
export async function startBlackHole(): Promise<TcpServer> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(`
    const { workerData, parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer(() => {});
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(workerData, 0, 0));
    });
  `, { eval: true, workerData: gate });
  const [port] = await once(worker, 'message') as [number];
  const queued: Socket[] = [];
  // The queue holds two. One more than fit shows, by not connecting, that it is full.
  for (let waiting = false; !waiting;) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    queued.push(socket);
    waiting = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((resolve) => { setTimeout(() => resolve(true), 200); }),
    ]);
  }
  return {
    port,
    accepted: 0,
    close: async () => {
      for (const socket of queued) socket.destroy();
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      await worker.terminate();
    },
  };
}
