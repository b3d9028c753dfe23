import { formatConcise, formatJson, formatTailscaleJson, formatText, type Picked, type RelayMap } from '../../universal/index.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { readMeasureOptions, type MeasureOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { openSession } from './session.ts';
import { usesColour } from './terminal.ts';

/** `nearest-relay check`: measure, choose, print. Exit 0 with a home, 1 without. */
export async function check({ args, signal }: CommandContext): Promise<number> {
  const options = readMeasureOptions('check', args, process.env);
  const progress = createProgress({ stream: process.stderr, colour: usesColour(process.stderr), now: () => performance.now() });
  const trace = options.trace === undefined ? undefined : (await import('./trace-file.ts')).traceFile(options.trace, { strategy: options.strategy, addresses: options.traceAddresses });
  if (options.format === 'tailscale-json') process.stderr.write('# Warning: this JSON format is not yet considered a stable interface\n');
  const session = await openSession(options, signal, (map) => [progress.listen(map), ...(trace ? [trace.listen(map)] : [])]);
  try {
    let hasHome = false;
    let done = 0;
    for await (const picked of session.picker.watch({ signal, evenOffline: true, ...(options.intervalMs !== undefined && { intervalMs: options.intervalMs }) })) {
      progress.done();
      process.stdout.write(render(picked, session.map, options));
      hasHome = picked.decision.home !== undefined;
      if (++done >= options.repeat) break;
    }
    if (done === 0) signal.throwIfAborted();
    return signal.aborted ? exitCodes.interrupted : hasHome ? exitCodes.homeChosen : exitCodes.nothingAnswered;
  } finally {
    progress.done();
    await session.close();
    await trace?.close();
  }
}

export function render({ report, decision, timing }: Picked, map: RelayMap, options: MeasureOptions): string {
  switch (options.format) {
    case 'json':
      return `${formatJson(report, decision, timing, { indent: 2 })}\n`;
    case 'json-line':
      return `${formatJson(report, decision, timing)}\n`;
    case 'tailscale-json':
      return `${formatTailscaleJson(report, decision, map)}\n`;
    case 'concise':
      return `${formatConcise(report, decision, map, { edition: options.strategy.name === 'netcheck-2022' ? 2022 : 2026, ...(options.force !== undefined && { force: options.force }) })}\n`;
    case 'text':
      return `${formatText(report, decision, map, { colour: usesColour(process.stdout), width: process.stdout.columns ?? 100, verbose: options.verbose })}\n`;
  }
}
