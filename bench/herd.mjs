// A thousand clients lose one relay in the same moment, in virtual time: real homes with their pickers, in use (`live`) and not
// (`idle`), beside a client that tries relays from near to far and, when none took it, all again after a second.
//   npm run bench -- herd
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const CLIENTS = 1_000;

/** At most so many times what plain retries do: the peak at the relay that is looked at, connects in a minute. */
const most = {
  // Whoever is in use has another home within a second: that is everybody in the first one.
  killed: { live: { peak: 1 }, idle: { peak: 0.3 } },
  limited: { live: { peak: 1.5, connects: 0.75 }, idle: { peak: 0.5, connects: 0.5 } },
  recovers: { idle: { peak: 0.3 } },
  returns: { live: { peak: 0.25 }, idle: { peak: 0.25 } },
  restarts: { idle: { peak: 0.3 } },
};

export async function herd() {
  const { module: { kinds, runHerd, scenarios } } = await runnerImport(fileURLToPath(new URL('herd/index.ts', import.meta.url)), { configFile: false });
  const rows = [];
  for (const [scenario, bounds] of Object.entries(most)) {
    const plain = await runHerd(scenarios[scenario], kinds.plain, { clients: CLIENTS });
    for (const [kind, bound] of Object.entries(bounds)) {
      const figures = await runHerd(scenarios[scenario], kinds[kind], { clients: CLIENTS });
      const compare = (what, name, unit, bounded) => {
        // A plain retry stays where it is when its first relay is back: then it is the herd in one second that counts.
        const [against, other] = plain.connects > 0 ? ['plain retry', plain[what]] : ['all at once', what === 'peakPerSecond' || what === 'connects' ? CLIENTS : 0];
        rows.push({ name: `herd: ${scenarios[scenario].name}, ${kind}: ${name}`, value: figures[what], unit, against, other, ratio: other ? figures[what] / other : undefined, most: bounded });
      };
      compare('peakPerSecond', 'most connects', '/s', bound.peak);
      compare('connects', 'connects in a minute', '', bound.connects);
      compare('medianMs', 'without a home, median', 'ms');
      compare('worstMs', 'without a home, worst', 'ms');
      if (figures.homeless > 0) throw new Error(`${figures.homeless} clients have no home after a minute: ${scenario}, ${kind}`);
    }
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await herd());
