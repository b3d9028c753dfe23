// Operations a second: build a Binding request with SOFTWARE `tailnode` and FINGERPRINT, then read the answer to it.
// Ours (as built in dist) and npm `stun`, in turns within the same seconds, so that a busy machine slows both alike.
//   npm run build && node bench/stun-codec.mjs
import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import stun from 'stun';
import { decodeBindingResponse, encodeBindingRequest, encodeBindingResponse } from '../dist/core/wire/stun.js';

const ROUNDS = 11;
const ROUND_MS = 120;
const WARM_UP_MS = 500;

/** What is promised of the whole operation with an IPv4 address. */
const BOUND = 10;

/** How often a second `operation` runs, over one round. */
function rate(operation, ms) {
  const start = performance.now();
  let count = 0;
  let now = start;
  while (now - start < ms) {
    for (let i = 0; i < 500; i++) operation();
    count += 500;
    now = performance.now();
  }
  return count / ((now - start) / 1000);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Medians over rounds taken in turns; which of the two begins alternates as well. */
function compare(ours, theirs) {
  rate(ours, WARM_UP_MS);
  rate(theirs, WARM_UP_MS);
  const rates = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? 'ours' : 'theirs';
    const second = first === 'ours' ? 'theirs' : 'ours';
    for (const who of [first, second]) rates[who].push(rate(who === 'ours' ? ours : theirs, ROUND_MS));
  }
  return { value: Math.round(median(rates.ours)), other: Math.round(median(rates.theirs)) };
}

/** Both get the same transaction id and the same answer, and both must come to the right address: text compared, not lengths. */
function operations(address, port) {
  const txid = randomBytes(12);
  const answer = Buffer.from(encodeBindingResponse(txid, address, port));
  const check = (bytes, seen) => {
    if (bytes.length === 40 && seen?.address === address && seen.port === port) return;
    throw new Error(`wrong: ${bytes.length} bytes, ${seen?.address} ${seen?.port}`);
  };
  return {
    ours() {
      txid[0] = (txid[0] + 1) & 255;
      check(encodeBindingRequest(txid), decodeBindingResponse(answer));
    },
    theirs() {
      txid[0] = (txid[0] + 1) & 255;
      const request = stun.createMessage(stun.constants.STUN_BINDING_REQUEST, txid);
      request.addSoftware('tailnode');
      request.addFingerprint();
      check(stun.encode(request), stun.decode(answer).getXorAddress());
    },
  };
}

/** @returns {Promise<{ name: string, value: number, unit: string, against: string, other: number, ratio: number, bound?: number }[]>} */
export async function stunCodec() {
  const row = (family, address) => {
    const { ours, theirs } = operations(address, 41_641);
    const { value, other } = compare(ours, theirs);
    const ratio = Math.round(value / other * 10) / 10;
    return { name: `STUN request and response, ${family}`, value, unit: 'operations/s', against: 'npm stun 2.1.0', other, ratio };
  };
  return [{ ...row('IPv4', '203.0.113.7'), bound: BOUND }, row('IPv6', '2001:db8::7')];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await stunCodec());
