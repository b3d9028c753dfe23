import type { Clock } from '../clock.ts';
import { ProbeFailure } from '../errors.ts';
import type { NodeName, RelayNode } from '../model/map.ts';
import { attempts } from './attempts.ts';
import type { Transport } from './transport.ts';

/**
 * Answers for the nodes it was told, after so many ms of `clock`, without a packet: to try out a choice, and for tests.
 * Nodes by name, which two regions may share, or told apart by a function. A node without a figure is not supported; one
 * with `Infinity` is asked and never answers.
 */
export function fake(latencies: Readonly<Record<NodeName, number>> | ((node: RelayNode) => number | undefined), clock: Clock): Transport {
  const latencyOf = typeof latencies === 'function' ? latencies : ({ name }: RelayNode): number | undefined => (Object.hasOwn(latencies, name) ? latencies[name] : undefined);
  const probes = attempts('fake', () => new ProbeFailure('failed', 'the clock failed', true));
  return {
    name: 'fake',
    kind: 'fake',
    supports: (node) => latencyOf(node) !== undefined,
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      const latencyMs = latencyOf(node);
      if (latencyMs === undefined) throw new ProbeFailure('failed', `no figure for ${node.name}`, false);
      // Nothing leaves the machine, but a report must count the silence as it counts a real relay's.
      attempt.sent = true;
      await (latencyMs < Infinity ? clock.sleep(latencyMs, attempt.signal) : untilAborted(attempt.signal));
      attempt.signal.throwIfAborted();
      return family === undefined ? { kind: 'fake', latencyMs } : { kind: 'fake', latencyMs, family };
    }),
    close: probes.close,
  };
}

const untilAborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  signal.addEventListener('abort', () => resolve(), { once: true });
});
