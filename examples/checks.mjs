import { createPicker } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';
import { nodeChecks, nodeTransports, stun } from 'nearest-relay/node';

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }] });
// The hairpin check listens on the socket that the relays saw, so it shares the STUN transport.
const udp = stun();
const picker = createPicker({
  map: lab.map,
  transports: nodeTransports({ stun: udp }),
  checks: nodeChecks(['portal', 'hairpin'], { stun: udp }),
});
const { report } = await picker.report();
console.log({ udp: report.udp, hairpinning: report.hairpinning, captivePortal: report.captivePortal });

await picker.close();
await lab.close();
