import { createHome, createPicker } from 'nearest-relay';
import { connectDerpHome, formatDerpKey, generateDerpKey } from 'nearest-relay/derp';
import { createLab } from 'nearest-relay/lab';
import { derpStream, nodeTransports } from 'nearest-relay/node';

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 30 }, { code: 'nyc', rttMs: 90 }] });
const picker = createPicker({ map: lab.map, transports: nodeTransports() });

/** @type {() => void} */
let onHome = () => {};
const home = createHome({
  picker,
  connect: connectDerpHome({ key: generateDerpKey(), stream: derpStream }), // in a page without `stream`: by WebSocket
  attention: 'live',
  onEvent(event) {
    if (event.type !== 'home') return;
    console.log(event.event, event.region, event.reason, event.downMs === undefined ? '' : `after ${event.downMs.toFixed(0)} ms without`);
    if (event.event !== 'down') onHome(); // tell your peers: you are reached there
  },
});

/** @param {() => unknown} cause */
const untilHome = (cause) => new Promise((resolve) => {
  onHome = () => resolve(undefined);
  void cause();
});

await untilHome(() => {});
await picker.report(); // the ranking is complete now
await untilHome(() => lab.set('fra', { tcp: 'refused' })); // the relay is killed; STUN still answers

const { connection } = home.current ?? {};
console.log('reached at', home.current?.region, 'as', connection && formatDerpKey(connection.client.publicKey).slice(0, 8));
console.log('a peer elsewhere:', (await home.open('3')).client.serverInfo !== undefined);

await home.close();
await picker.close();
await lab.close();
