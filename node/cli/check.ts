import { formatConcise, formatJson, formatTailscaleJson, formatText, type Picked, type PickerEvent } from '../../universal/index.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { loadMap, type LoadedMap } from './map-source.ts';
import { readMeasureOptions, type MeasureOptions } from './options.ts';
import { createProgress, type ProgressLine } from './progress.ts';
import type { Session } from './session.ts';
import { noteWriter, usesColour } from './terminal.ts';

/** `nearest-relay check`: measure, choose, print. Exit 0 with a home, 1 without. */
export async function check({ args, signal }: CommandContext): Promise<number> {
  const options = readMeasureOptions('check', args, process.env);
  const loading = loadMap(options.map, signal);
  // What measures is read while the map is loaded or the lab starts: the first line comes some 20 ms sooner.
  void import('./session.ts');
  return runCheck(options, signal, await loading);
}

/** The same with flags that are read and a map that is loaded; closes the map. */
export async function runCheck(options: MeasureOptions, signal: AbortSignal, loaded: LoadedMap): Promise<number> {
  if (options.format === 'tailscale-json' && process.stderr.isTTY) process.stderr.write('# Warning: this JSON format is not yet considered a stable interface\n');
  const { openSession } = await import('./session.ts');
  let progress: ProgressLine | undefined;
  const notes: PickerEvent[] = [];
  const sayNotes = (): void => notes.splice(0).forEach(noteWriter(process.stderr));
  const session = await openSession(options, loaded, (map) => {
    progress = createProgress({ stream: process.stderr, map, colour: usesColour(process.stderr), now: () => performance.now() });
    return [progress.onEvent, (event) => void (event.type === 'note' && notes.push(event))];
  });
  try {
    let hasHome = false;
    let done = 0;
    for await (const picked of session.picker.watch({ signal, full: true, evenOffline: true, ...(options.intervalMs !== undefined && { intervalMs: options.intervalMs }) })) {
      sayNotes();
      process.stdout.write(render(picked, session, options));
      hasHome = picked.decision.home !== undefined;
      if (++done >= options.repeat) break;
    }
    if (signal.aborted) return exitCodes.interrupted;
    return hasHome ? exitCodes.homeChosen : exitCodes.nothingAnswered;
  } finally {
    progress?.done();
    await session.close();
    // What was learned is saved last: that it could not be is to be said as well.
    sayNotes();
  }
}

/** One report in the form that was asked for, with its line break. */
export function render({ report, decision, timing }: Picked, { map, pin }: Pick<Session, 'map' | 'pin'>, options: Pick<MeasureOptions, 'format' | 'strategy' | 'verbose'>): string {
  switch (options.format) {
    case 'json':
      return `${formatJson(report, decision, timing, { indent: 2 })}\n`;
    case 'json-line':
      return `${formatJson(report, decision, timing)}\n`;
    case 'tailscale-json':
      return `${formatTailscaleJson(report, decision, map)}\n`;
    case 'concise':
      return `${formatConcise(report, decision, map, { edition: options.strategy.name === 'netcheck-2022' ? 2022 : 2026, ...(pin !== undefined && { force: pin }) })}\n`;
    case 'text':
      return `\n${formatText(report, decision, map, { colour: usesColour(process.stdout), verbose: options.verbose, ...(process.stdout.columns > 0 && { width: process.stdout.columns }) })}\n`;
  }
}
