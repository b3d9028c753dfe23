import { createPicker, StoreError } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';
import { nodeTransports } from 'nearest-relay/node';

// A store in memory. Yours may be a row of a database: one text, replaced wholly or not at all.
/** @returns {import('nearest-relay').Store} */
function memoryStore() {
  /** @type {string | undefined} */
  let kept;
  return {
    load: async () => kept,
    async save(text) {
      if (text.length > 1_000_000) throw new StoreError('too-large', 'memory', 'too much to remember');
      kept = text;
    },
  };
}

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 40 }] });
const store = memoryStore();
for (const run of ['first', 'second']) {
  const picker = createPicker({
    map: lab.map, transports: nodeTransports(), store,
    onEvent: (event) => event.type === 'started' && console.log(`${run}: starts with ${picker.decision.reason}, ${event.full ? 'full' : 'incremental'}`),
  });
  console.log(`${run}: ${(await picker.report()).decision.sentence}`);
  await picker.close();
}
await lab.close();
