import { formatRelayMap, parseRelayMap, RelayMapError } from 'nearest-relay';

// Our own form.
const ours = parseRelayMap({ version: 1, regions: [{ id: 'fra', nodes: [{ host: 'fra1.example.org', stun: {} }] }] });

// A DERP map, as Tailscale's control plane or `tailscale debug derp-map` prints it.
const derp = parseRelayMap({ Regions: { 4: { RegionID: 4, RegionCode: 'fra', RegionName: 'Frankfurt', Nodes: [{ Name: '4c', RegionID: 4, HostName: 'derp4c.example.org', IPv4: '192.0.2.9' }] } } });

// The ICE servers of a call.
const ice = parseRelayMap([
  { urls: 'stun:fra.example.org' },
  { urls: ['turn:par.example.org:3478', 'turns:par.example.org'], username: 'user', credential: 'secret' },
]);

for (const map of [ours, derp, ice]) {
  for (const region of map.regions) console.log(region.id, region.code, region.nodes.map((node) => node.host).join(', '));
}

// What anybody may see: without the credentials of TURN.
console.log(JSON.stringify(formatRelayMap(ice, { credentials: false })).includes('secret'));

try {
  parseRelayMap('{ "version": 1, "regions": [ { "id": "fra", "nodes": [ { "host": "fra1", "stun": { "port": 70000 } } ] } ] }');
} catch (error) {
  if (!(error instanceof RelayMapError)) throw error;
  console.log(error.code, error.path, '|', error.message);
}
