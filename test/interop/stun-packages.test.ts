import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import * as stun from 'stun';
import * as webrtcStun from 'webrtc-stun';
import { decodeBindingRequest, decodeBindingResponse, encodeBindingRequest, encodeBindingResponse } from '../../core/wire/stun.ts';

const { STUN_BINDING_REQUEST, STUN_BINDING_RESPONSE, STUN_EVENT_BINDING_REQUEST } = stun.constants;

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function boundSocket(type: 'udp4' | 'udp6', address: string): Promise<Socket> {
  const socket = createSocket(type);
  open.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** Sends a packet and returns what comes back first. The test's own time limit is the bound. */
async function ask(socket: Socket, server: Socket, packet: Uint8Array): Promise<Buffer> {
  const { port, address } = server.address();
  socket.send(packet, port, address);
  const [answer] = await once(socket, 'message') as [Buffer, RemoteInfo];
  return answer;
}

// Containers may come without IPv6.
const hasIpv6 = Object.values(networkInterfaces()).flat().some((at) => at?.address === '::1');
const LOOPBACKS: ['udp4' | 'udp6', string][] = hasIpv6 ? [['udp4', '127.0.0.1'], ['udp6', '::1']] : [['udp4', '127.0.0.1']];
const ENDPOINTS = [['203.0.113.7', 41_641], ['192.0.2.1', 1], ['2001:db8::7', 41_642], ['fe80:1:2:3:4:5:6:7', 65_535]] as const;

describe('npm stun 2.1.0', () => {
  test('writes the very request that we write', () => {
    const txid = randomBytes(12);
    const theirs = stun.createMessage(STUN_BINDING_REQUEST, txid);
    theirs.addSoftware('tailnode');
    theirs.addFingerprint();
    expect(encodeBindingRequest(txid)).toEqual(new Uint8Array(theirs.toBuffer()));
    expect(decodeBindingRequest(theirs.toBuffer())).toEqual({ txid: new Uint8Array(txid) });
  });

  test('reads our request', () => {
    const txid = randomBytes(12);
    const request = stun.decode(Buffer.from(encodeBindingRequest(txid)));
    expect(request.type).toBe(STUN_BINDING_REQUEST);
    expect(request.transactionId).toEqual(txid);
    expect(request.getSoftware()).toBe('tailnode');
    expect(stun.validateFingerprint(request)).toBe(true);
    expect(stun.decode(Buffer.from(encodeBindingRequest(txid, { plain: true }))).transactionId).toEqual(txid);
  });

  test.each(ENDPOINTS)('reads our response to %s, port %i, and we read theirs', (address, port) => {
    const txid = randomBytes(12);
    const response = stun.decode(Buffer.from(encodeBindingResponse(txid, address, port)));
    expect(response.type).toBe(STUN_BINDING_RESPONSE);
    expect(response.transactionId).toEqual(txid);
    expect(response.getXorAddress()).toMatchObject({ address, port });

    const theirs = stun.createMessage(STUN_BINDING_RESPONSE, txid);
    theirs.addSoftware('another server');
    theirs.addXorAddress(address, port);
    expect(decodeBindingResponse(theirs.toBuffer())).toEqual({ txid: new Uint8Array(txid), address, port });
  });

  test('its MAPPED-ADDRESS is read where there is nothing better', () => {
    const theirs = stun.createMessage(STUN_BINDING_RESPONSE, randomBytes(12));
    theirs.addAddress('203.0.113.7', 41_641);
    expect(decodeBindingResponse(theirs.toBuffer())).toMatchObject({ address: '203.0.113.7', port: 41_641 });
  });

  test.each(LOOPBACKS)('its server answers our requests over %s', async (type, loopback) => {
    const serverSocket = await boundSocket(type, loopback);
    const server = stun.createServer({ type, socket: serverSocket });
    server.on(STUN_EVENT_BINDING_REQUEST, (request: stun.Message, from: RemoteInfo) => {
      const response = stun.createMessage(STUN_BINDING_RESPONSE, request.transactionId);
      response.addXorAddress(from.address, from.port);
      server.send(response, from.port, from.address);
    });
    const client = await boundSocket(type, loopback);
    for (const plain of [false, true]) {
      const txid = new Uint8Array(randomBytes(12));
      expect(decodeBindingResponse(await ask(client, serverSocket, encodeBindingRequest(txid, { plain }))))
        .toEqual({ txid, address: loopback, port: client.address().port });
    }
    server.close();
  });

  test('its client is answered by our codec', async () => {
    const server = await boundSocket('udp4', '127.0.0.1');
    server.on('message', (packet, from) => {
      const request = decodeBindingRequest(packet, { plain: true });
      if (request) server.send(encodeBindingResponse(request.txid, from.address, from.port), from.port, from.address);
    });
    const response = await stun.request(`stun://127.0.0.1:${server.address().port}`);
    expect(response.getXorAddress()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
  });
});

describe('webrtc-stun 3.0.0', () => {
  test('writes the very request that we write', () => {
    const txid = randomBytes(12);
    const theirs = webrtcStun.createBindingRequest(txid.toString('hex')).setSoftwareAttribute('tailnode').setFingerprintAttribute().toBuffer();
    expect(encodeBindingRequest(txid)).toEqual(new Uint8Array(theirs));
    expect(decodeBindingRequest(theirs)).toEqual({ txid: new Uint8Array(txid) });
    const plain = webrtcStun.createBindingRequest(txid.toString('hex')).toBuffer();
    expect(encodeBindingRequest(txid, { plain: true })).toEqual(new Uint8Array(plain));
    expect(decodeBindingRequest(plain, { plain: true })).toEqual({ txid: new Uint8Array(txid) });
  });

  test('reads our request and its fingerprint', () => {
    const request = webrtcStun.createBlank();
    expect(request.loadBuffer(Buffer.from(encodeBindingRequest(randomBytes(12))))).toBe(true);
    expect(request.isBindingRequest({ fingerprint: true })).toBe(true);
    expect(request.getSoftwareAttribute()).toMatchObject({ value: 'tailnode' });
    expect(request.getFingerprintAttribute()).not.toBeNull();
  });

  test.each(ENDPOINTS)('reads our response to %s, port %i, and we read theirs', (address, port) => {
    const txid = randomBytes(12);
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    const response = webrtcStun.createBlank();
    expect(response.loadBuffer(Buffer.from(encodeBindingResponse(txid, address, port)))).toBe(true);
    expect(response.isBindingResponseSuccess({ transactionId: txid.toString('hex') })).toBe(true);
    expect(response.getXorMappedAddressAttribute()).toEqual({ family, address, port });

    const theirs = webrtcStun.createBindingRequest(txid.toString('hex')).createBindingResponse(true)
      .setXorMappedAddressAttribute({ family, address, port, size: 0 }).setFingerprintAttribute();
    expect(decodeBindingResponse(theirs.toBuffer())).toEqual({ txid: new Uint8Array(txid), address, port });
  });

  test('its error response is no answer', () => {
    const theirs = webrtcStun.createBindingRequest().createBindingResponse(false)
      .setXorMappedAddressAttribute({ family: 'IPv4', address: '203.0.113.7', port: 1, size: 0 });
    expect(decodeBindingResponse(theirs.toBuffer())).toBeUndefined();
  });

  // The package has no server of its own: this is the smallest that its messages make.
  test.each(LOOPBACKS)('a server of it answers our requests over %s', async (type, loopback) => {
    const server = await boundSocket(type, loopback);
    server.on('message', (packet, from) => {
      const request = webrtcStun.createBlank();
      if (!request.loadBuffer(packet) || !request.isBindingRequest({ fingerprint: true })) return;
      server.send(request.createBindingResponse(true).setXorMappedAddressAttribute(from).setFingerprintAttribute().toBuffer(), from.port, from.address);
    });
    const client = await boundSocket(type, loopback);
    for (const plain of [false, true]) {
      const txid = new Uint8Array(randomBytes(12));
      expect(decodeBindingResponse(await ask(client, server, encodeBindingRequest(txid, { plain }))))
        .toEqual({ txid, address: loopback, port: client.address().port });
    }
  });
});
