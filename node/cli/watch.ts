import { createMetrics, type Home, type HomeEvent, type Listener, type PickerEvent, type RelayMap } from '../../universal/index.ts';
import { render } from './check.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { loadMap } from './map-source.ts';
import { serveMetrics } from './metrics-server.ts';
import { readMeasureOptions } from './options.ts';
import { openSession } from './session.ts';
import { usesColour } from './terminal.ts';
import { checkConnectable, openWatchedHome } from './watch-home.ts';
import { createWatchView, type WatchView } from './watch-view.ts';

/** `nearest-relay watch`: report after report until interrupted. A live view on a terminal, one line a report elsewhere. */
export async function watch({ args, signal }: CommandContext): Promise<number> {
  const options = readMeasureOptions('watch', args, process.env);
  const metrics = createMetrics();
  let view: WatchView | undefined;
  const listen = (map: RelayMap): Listener<PickerEvent>[] => {
    if (options.format !== 'text') return [metrics.onEvent];
    view = createWatchView({ stream: process.stdout, map, colour: usesColour(process.stdout) });
    return [metrics.onEvent, view.onEvent];
  };
  const session = await openSession(options, await loadMap(options.map, signal), listen);
  let server: Awaited<ReturnType<typeof serveMetrics>> | undefined;
  let home: Home | undefined;
  let isOver = false;
  const onHome = (event: HomeEvent): void => {
    metrics.onEvent(event);
    // That this command's own end closes the connection is no news.
    if (isOver) return;
    view?.onEvent(event);
    if ((event.type === 'home' || event.type === 'stopped') && options.format === 'json-line') process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  try {
    if (options.metrics) server = await serveMetrics(options.metrics, metrics);
    if (options.connect) {
      checkConnectable(session.map);
      home = await openWatchedHome(session, options, onHome);
    }
    for await (const picked of session.picker.watch({ signal, ...(options.intervalMs !== undefined && { intervalMs: options.intervalMs }) })) {
      const { report, decision, timing } = picked;
      if (options.format === 'json-line') process.stdout.write(`${JSON.stringify({ type: 'report', at: report.at, report, decision, timing })}\n`);
      else if (options.format !== 'text') process.stdout.write(render(picked, session, options));
    }
    return exitCodes.interrupted;
  } finally {
    isOver = true;
    view?.done();
    await home?.close();
    await server?.close();
    await session.close();
  }
}
