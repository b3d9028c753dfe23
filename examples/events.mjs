import { createMetrics, createPicker, formatText, netcheck, traceRecorder } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';
import { nodeTransports } from 'nearest-relay/node';

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 40 }] });
const strategy = netcheck({ edition: 2026 });
const metrics = createMetrics();
/** @type {string[]} */
const lines = [];
const trace = traceRecorder({ strategy, addresses: false, write: (line) => lines.push(line) });

const picker = createPicker({
  map: lab.map,
  transports: nodeTransports({ kinds: ['stun'] }),
  strategy,
  onEvent(event) {
    metrics.onEvent(event);
    trace(event);
    if (event.type === 'provisional') console.log(`after ${event.atMs.toFixed(1)} ms: ${event.decision.sentence}`);
  },
});
const { report, decision, timing } = await picker.report();
console.log(formatText(report, decision, lab.map));
console.log(`decided after ${timing.decisionMs?.toFixed(1)} ms, ${timing.packetsSent} packets, ${timing.bytesSent} bytes`);
console.log(metrics.text().match(/^nearest_relay_home_info.*$/m)?.[0]);
console.log(lines.map((line) => JSON.parse(line).type).join(' '));

await picker.close();
await lab.close();
