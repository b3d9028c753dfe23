import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server, Socket as TcpSocket } from 'node:net';
import type { RelayMap, RelayNode } from '../../../core/model/map.ts';
import type { Report } from '../../../core/model/report.ts';

export const emptyReport: Report = { at: 0, full: true, durationMs: 0, strategy: 'test', notes: [], regions: {} };

/** A region of each list of nodes, ids from 1. */
export const mapOf = (...regions: readonly (readonly RelayNode[])[]): RelayMap =>
  ({ version: 1, regions: regions.map((nodes, index) => ({ id: String(index + 1), code: `r${index + 1}`, name: '', nodes })) });

export const httpNode = (port: number, more: Partial<RelayNode> = {}): RelayNode =>
  ({ name: `n${port}`, host: 'relay.invalid', ipv4: '127.0.0.1', canPort80: true, https: { port, path: '/', scheme: 'http' }, ...more });

export interface TcpService { readonly port: number; readonly requests: string[]; close(): Promise<void> }

/** A TCP server on loopback that hands each request's head to `answer`. */
export async function tcpService(answer: (socket: TcpSocket, head: string) => void): Promise<TcpService> {
  const sockets = new Set<TcpSocket>();
  const requests: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let head = '';
    socket.on('data', (data) => {
      if (head.includes('\r\n\r\n')) return;
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      requests.push(head);
      answer(socket, head);
    });
  });
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    requests,
    close: () => new Promise((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    }),
  };
}

export interface UdpService { readonly port: number; readonly requests: Buffer[]; readonly socket: Socket; close(): Promise<void> }

/** A UDP server on loopback that sends back what `answer` returns. */
export async function udpService(answer: (request: Buffer, from: RemoteInfo) => readonly Uint8Array[], address = '127.0.0.1'): Promise<UdpService> {
  const socket = createSocket('udp4');
  const requests: Buffer[] = [];
  socket.on('message', (request, from) => {
    requests.push(request);
    for (const bytes of answer(request, from)) socket.send(bytes, from.port, from.address);
  });
  await new Promise<void>((listening) => { socket.bind(0, address, listening); });
  return { port: socket.address().port, requests, socket, close: () => new Promise((closed) => { socket.close(() => closed()); }) };
}

/** A loopback UDP port that nothing listens on. */
export async function closedUdpPort(): Promise<number> {
  const service = await udpService(() => []);
  await service.close();
  return service.port;
}
