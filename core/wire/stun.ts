/**
 * STUN Binding requests and success responses (RFC 8489) in the dialect of DERP servers and in the plain one. Encoders throw
 * on wrong arguments, decoders return undefined for whatever they cannot accept.
 * @example
 * const txid = crypto.getRandomValues(new Uint8Array(12));
 * socket.send(encodeBindingRequest(txid), 3478, 'derp1.example.org');
 * socket.on('message', (bytes) => decodeBindingResponse(bytes)); // { txid, address: '203.0.113.7', port: 41641 }
 * @module
 */
export { isStun } from './stun-message.ts';
export { type BindingRequest, decodeBindingRequest, encodeBindingRequest } from './stun-request.ts';
export { type BindingResponse, decodeBindingResponse, encodeBindingResponse } from './stun-response.ts';
