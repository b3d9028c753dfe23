import { randomBytes } from 'node:crypto';
import { decodeBindingRequest, decodeBindingResponse, encodeBindingRequest, encodeBindingResponse } from 'nearest-relay/stun';

const txid = new Uint8Array(randomBytes(12));
const request = encodeBindingRequest(txid); // for a DERP server; { plain: true } for any other
console.log(request.length, decodeBindingRequest(request)?.txid.length);

const response = encodeBindingResponse(txid, '203.0.113.7', 41641);
console.log(decodeBindingResponse(response)?.address, decodeBindingResponse(response)?.port);
console.log(decodeBindingResponse(new Uint8Array([1, 2, 3]))); // never throws, whatever the bytes
