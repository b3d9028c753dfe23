import { createIceServers, createPicker, parseRelayMap, sharedSecretCredentials } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';
import { nodeTransports } from 'nearest-relay/node';

// The lab answers STUN as a TURN server does, and relays nothing. Yours: { urls: 'turn:fra.example.org' }, …
const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 20 }, { code: 'nyc', rttMs: 90 }] });
const nodes = lab.map.regions.flatMap((region) => region.nodes.map((node) => ({ id: region.id, code: region.code, node })));
const map = parseRelayMap({
  version: 1,
  regions: nodes.map(({ id, code, node }) => ({ id, code, nodes: [{ name: node.name, host: '127.0.0.1', ipv4: '127.0.0.1', ipv6: 'none', stun: node.stun, turn: { urls: [`turn:127.0.0.1:${node.stun?.port}`] } }] })),
});

const picker = createPicker({ map, transports: nodeTransports() });
const servers = createIceServers({
  picker,
  credentials: sharedSecretCredentials('static-auth-secret of coturn', { ttlSeconds: 600, user: 'bot' }),
});
const moved = new Promise((resolve) => {
  servers.subscribe((event) => {
    if (event.type !== 'servers') return;
    // Of each connection: connection.setConfiguration({ ...connection.getConfiguration(), iceServers: event.iceServers });
    console.log(event.change, event.region.code, event.fallback?.code);
    if (event.change === 'order') resolve(undefined); // and, if it should follow: connection.restartIce();
  });
});

const { iceServers, expiresAt = 0 } = await servers.ready;
console.log(iceServers.length, iceServers[0]?.username?.replace(/^\d+/, 'time'), `good for ${Math.round((expiresAt - Date.now()) / 60_000)} min`);

picker.update({ preferences: { drain: ['1'] } }); // the home moves
await moved;

servers.close();
await picker.close();
await lab.close();
