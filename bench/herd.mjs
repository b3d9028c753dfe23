// A thousand clients lose one relay in the same moment, in virtual time: real homes with their pickers, in use (`live`) and not
// (`idle`), beside a client that tries relays from near to far and, when none took it, all again after a second.
//   npm run bench -- herd
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** At most so many times what plain retries do: the peak at the relay that is looked at, connects in all. */
const most = {
  // Whoever is in use has another home within a second: that is everybody in the first one.
  killed: { live: { peak: 1 }, idle: { peak: 0.3, connects: 1 } },
  limited: { live: { peak: 1.5, connects: 0.75 }, idle: { peak: 0.5, connects: 0.5 } },
  returns: { live: { peak: 0.25 }, idle: { peak: 0.25 } },
  restarts: { live: { peak: 1 }, idle: { peak: 0.3 } },
};

export async function herd() {
  const { module: { kinds, runHerd, scenarios } } = await runnerImport(fileURLToPath(new URL('herd/index.ts', import.meta.url)), { configFile: false });
  const rows = [];
  for (const [scenario, bounds] of Object.entries(most)) {
    const plain = await runHerd(scenarios[scenario], kinds.plain);
    for (const [kind, bound] of Object.entries(bounds)) {
      const figures = await runHerd(scenarios[scenario], kinds[kind]);
      const compare = (what, name, unit, bounded) => rows.push({
        name: `herd: ${scenarios[scenario].name}, ${kind}: ${name}`, value: figures[what], unit, against: 'plain retry', other: plain[what], ratio: plain[what] ? figures[what] / plain[what] : undefined, most: bounded,
      });
      compare('peakPerSecond', 'most connects at the next', '/s', bound.peak);
      compare('connects', 'connects in a minute', '', bound.connects);
      compare('medianMs', 'without a home, median', 'ms');
      compare('worstMs', 'without a home, worst', 'ms');
      if (figures.homeless > 0) throw new Error(`${figures.homeless} clients have no home after a minute: ${scenario}, ${kind}`);
    }
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await herd());
