import { createPicker } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';
import { nodeTransports } from 'nearest-relay/node';

const rttMs = { fra: 5, par: 30, lon: 60, nyc: 120 };
const lab = await createLab({ relays: Object.entries(rttMs).map(([code, ms]) => ({ code, rttMs: ms })) });
const picker = createPicker({ map: lab.map, transports: nodeTransports() });
const idOf = (/** @type {string} */ code) => lab.map.regions.find((region) => region.code === code)?.id ?? '';

async function report() {
  const { decision } = await picker.report({ full: true });
  console.log(`${decision.reason}: ${decision.sentence}`);
}

await report();

// You connect to the home, and tell what you see of the connection. That counts above probes.
picker.note({ region: idOf('fra'), type: 'up', at: Date.now() });
await lab.set('fra', { dead: true }); // no probe is answered, by UDP or TCP; the connection that you hold lives
await report();

picker.note({ region: idOf('fra'), type: 'dead', at: Date.now() });
await report();

// The owner's wishes may change at any time.
picker.update({ preferences: { drain: [idOf('par')], avoid: [idOf('fra')] } });
await report();

await picker.close();
await lab.close();
