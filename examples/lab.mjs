import { createLab, weather } from 'nearest-relay/lab';
import { nearest } from 'nearest-relay/node';

const lab = await createLab({ relays: [
  { code: 'fra', rttMs: 8 },
  { code: 'par', rttMs: 15, jitterMs: 2 },
  { code: 'nyc', rttMs: 88, lossRate: 0.05, dialect: 'tailscale' },
] });
console.log((await nearest({ map: lab.map })).decision.sentence);

await lab.set('fra', weather.bufferbloat); // from the next packet on
console.log((await nearest({ map: lab.map })).decision.sentence);

await lab.set('par', { tcp: 'silent' }); // STUN answers, the service does not
console.log((await lab.stats()).fra?.udp); // { received, answered, lostThere, lostBack, blocked, ignored }
await lab.close();
