import { connectDerp, formatDerpKey, generateDerpKey } from 'nearest-relay/derp';
import { createLab } from 'nearest-relay/lab';
import { derpStream } from 'nearest-relay/node';
import { WebSocket } from 'ws'; // browsers, Workers and Node 22 have their own

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }] });
const secure = lab.map.regions[0]?.nodes[0];
const plain = lab.plainMap.regions[0]?.nodes[0];
if (!secure?.derp || !plain?.derp) throw new Error('the lab serves DERP');

/** @type {() => void} */
let onGone = () => {};
const gone = new Promise((resolve) => { onGone = () => resolve(undefined); });

// In Node, as Tailscale's clients connect: TLS with the map's address and pin, then an upgrade.
const alice = await connectDerp({
  stream: await derpStream(secure),
  key: generateDerpKey(), // keep it, and others find you again
  onEvent(event) {
    console.log('alice hears', event.type);
    if (event.type === 'peerGone') onGone();
  },
});

// Anywhere: over a WebSocket.
const bob = await connectDerp({ url: `ws://127.0.0.1:${plain.derp.port}/derp`, WebSocket });

console.log('round trip of 5 ms and a little:', (await bob.ping()) >= 4.9);
bob.notePreferred(true); // this relay is bob's home

bob.send(alice.publicKey, new TextEncoder().encode('hello'));
for await (const { source, packet } of alice.packets) {
  console.log(new TextDecoder().decode(packet), 'from bob:', formatDerpKey(source) === formatDerpKey(bob.publicKey));
  break;
}

await bob.close();
await gone; // alice heard from bob, so the relay tells her
await alice.close();
console.log('over:', (await alice.closed).code);
await lab.close();
