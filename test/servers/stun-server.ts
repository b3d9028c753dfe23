import type { RemoteInfo } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeBindingRequest, encodeBindingResponse } from '../../core/wire/stun.ts';

/** A request that came in, and ways to answer it. */
export interface StunRequest {
  readonly txid: Uint8Array;
  readonly from: RemoteInfo;
  /** Its length tells the dialect: 20 plain, 40 Tailscale's. */
  readonly bytes: Buffer;
  /** What an honest server says. */
  readonly answer: Uint8Array;
  send(bytes: Uint8Array): Promise<void>;
  /** From another port than the one that was asked. */
  sendFromElsewhere(bytes: Uint8Array): Promise<void>;
}

export interface StunServer {
  readonly address: string;
  readonly port: number;
  readonly requests: readonly StunRequest[];
  close(): Promise<void>;
}

/** A STUN server on loopback that does with each request what `behave` says; by default it answers. */
export async function startStunServer(behave: (request: StunRequest) => void = (request) => void request.send(request.answer), address = '127.0.0.1'): Promise<StunServer> {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket(type);
  const elsewhere = createSocket(type);
  const requests: StunRequest[] = [];
  const sendBy = (by: typeof socket, to: RemoteInfo) => (bytes: Uint8Array): Promise<void> => new Promise((resolve) => {
    // A test may have ended meanwhile and closed the socket: then nobody waits for the answer.
    try {
      by.send(bytes, to.port, to.address, () => resolve());
    } catch {
      resolve();
    }
  });
  socket.on('message', (bytes, from) => {
    const txid = decodeBindingRequest(bytes, { plain: true })?.txid;
    if (!txid) return;
    const answer = encodeBindingResponse(txid, from.address, from.port);
    const request = { txid, from, bytes, answer, send: sendBy(socket, from), sendFromElsewhere: sendBy(elsewhere, from) };
    requests.push(request);
    behave(request);
  });
  for (const each of [socket, elsewhere]) {
    each.bind(0, address);
    await once(each, 'listening');
  }
  return {
    address,
    port: socket.address().port,
    requests,
    close: async () => {
      const closed = [once(socket, 'close'), once(elsewhere, 'close')];
      socket.close();
      elsewhere.close();
      await Promise.all(closed);
    },
  };
}
