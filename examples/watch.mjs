import { readFile } from 'node:fs/promises';
import { createPicker, parseRelayMap } from 'nearest-relay';
import { fileStore, nodeNetwork, nodeTransports } from 'nearest-relay/node';

// The library's timers keep no process alive. Something of yours must: a server, or a timer as here.
const alive = setInterval(() => {}, 60_000);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const picker = createPicker({
  map: parseRelayMap(await readFile('relays.json', 'utf8')),
  transports: nodeTransports(),
  network: nodeNetwork(), // the families of this machine, its changes, and what tells one network from another
  store: fileStore('nearest-relay.json'), // the home and its evidence outlive the process
});

for await (const { decision } of picker.watch({ signal: stop.signal })) {
  if (decision.changed) console.log(`home is ${decision.home ?? 'unknown'}: ${decision.sentence}`);
}
await picker.close();
clearInterval(alive);
