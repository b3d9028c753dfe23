// Rules of choice side by side: moves, useless moves, regret. Drawn worlds, or a latency matrix over time:
//   CHOICE_DATA=paths.json.gz CHOICE_BASE=base.json CHOICE_ACCESS=access.json.gz CHOICE_CLIENTS=24 CHOICE_SEED=1 npm run bench -- choice
import { runnerImport } from 'vite';

export async function choice() {
  // Baselines are no part of the package: they run from the sources, as the rules do here.
  const { module } = await runnerImport('/bench/choice/index.ts');
  const { CHOICE_DATA: data, CHOICE_BASE: base, CHOICE_ACCESS: access, CHOICE_CLIENTS: clients = '12', CHOICE_SEED: seed = '1' } = process.env;
  await module.choiceBench({ data, base, access, clients: Number(clients), seed: Number(seed) }, (table) => console.log(`${table}\n`));
  // Tables of their own, no rows.
  return [];
}
