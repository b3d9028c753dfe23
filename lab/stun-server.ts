import dgram from 'node:dgram';
import { parseIp, unmapped } from '../core/model/address.ts';
import { decodeBindingRequest, encodeBindingResponse } from '../core/wire/stun.ts';
import { udpPasses } from './weather.ts';
import type { StunEndpoint } from '../core/model/map.ts';
import type { Opened } from './same-port.ts';
import type { World } from './world.ts';

/** Answers under way at most; more is dropped, as a router with a full queue drops. */
const MOST_PENDING = 65_536;
/** Room for a burst of probes at hundreds of relays, which the system's default of 200 kB drops. */
const RECEIVE_BUFFER_BYTES = 1 << 20;
/** A send that takes longer was interrupted: it says nothing about the next one. */
const LONGEST_SEND_MS = 0.3;

/**
 * Answers Binding requests (RFC 8489) over UDP, each a round trip of the path after it came.
 *
 * @throws what `bind` says: the port is taken, the address is not this machine's
 */
export function openStun(address: string, port: number, dialect: StunEndpoint['dialect'], world: World): Promise<Opened> {
  const { path, scheduler, counters: { udp: count } } = world;
  const plain = dialect === 'plain';
  const isIpv6 = address.includes(':');
  const socket = dgram.createSocket({
    type: isIpv6 ? 'udp6' : 'udp4',
    ipv6Only: isIpv6,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Addresses here are literal: no look-up, and so no turn of the event loop between `send` and the wire.
    lookup: (host, _options, done) => done(null, host, host.includes(':') ? 6 : 4),
  });

  // A packet is on the wire when `send` returns, about 0.1 ms after it is called: the call has to come that much earlier.
  let sendMs = 0;

  socket.on('message', (question, from) => {
    const cameAtMs = scheduler.now();
    count.received++;
    if (!udpPasses(path.weather())) return void count.blocked++;
    const thereMs = path.datagramMs();
    if (thereMs === undefined) return void count.lostThere++;
    const request = decodeBindingRequest(question, { plain });
    const answer = request && encodeBindingResponse(request.txid, from.address, from.port);
    if (!answer || !mayAnswer(question.length, answer.length, from.address)) return void count.ignored++;
    const backMs = path.datagramMs();
    if (backMs === undefined || scheduler.pending >= MOST_PENDING) return void count.lostBack++;
    scheduler.at(cameAtMs + thereMs + backMs - sendMs, () => {
      count.answered++;
      const calledAtMs = scheduler.now();
      // An answer that the system will not send is one more lost packet.
      socket.send(answer, from.port, from.address, () => {});
      const tookMs = scheduler.now() - calledAtMs;
      if (tookMs < LONGEST_SEND_MS) sendMs += (tookMs - sendMs) / 8;
    });
  });

  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      // ICMP errors about earlier answers: their clients are gone.
      socket.on('error', () => {});
      resolve({ port: socket.address().port, close: () => new Promise((done) => { socket.close(done); }) });
    });
  });
}

/**
 * No reflector: an answer longer than its question (32 or 44 bytes, where a plain request may have 20) goes only to this
 * machine itself, whose addresses nobody else can feign. Others must pad their question to that length, as RFC 8489 lets
 * them with any comprehension-optional attribute.
 */
export function mayAnswer(questionBytes: number, answerBytes: number, source: string): boolean {
  if (answerBytes <= questionBytes) return true;
  const ip = parseIp(source);
  if (!ip) return false;
  const bytes = unmapped(ip.bytes);
  return bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
}
