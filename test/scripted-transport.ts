import type { Clock } from '../core/clock.ts';
import { ProbeFailure } from '../core/errors.ts';
import type { Family, Kind } from '../core/model/kind.ts';
import type { RelayNode } from '../core/model/map.ts';
import type { ProbeFailureCode, Sample } from '../core/model/sample.ts';
import type { Transport } from '../core/probe/transport.ts';

/** What a node does with a probe: answers after so many ms, fails after so many, or says nothing. */
export type Script = number | { readonly failsAfterMs: number; readonly code: ProbeFailureCode; readonly sent?: boolean } | 'silent';

export interface ScriptedTransport extends Transport {
  /** Every probe, in order; whoever runs for long empties it. */
  readonly probes: { readonly node: string; readonly family?: Family; readonly atMs: number }[];
  /** Probes under way: 0 when nothing leaks. */
  readonly underWay: number;
  closed: boolean;
}

/** A transport in virtual time. `script` says what the n-th probe of a node meets. */
export function scriptedTransport(kind: Kind, clock: Clock, script: (node: string, attempt: number, family?: Family) => Script, supports: (node: RelayNode) => boolean = () => true): ScriptedTransport {
  const probes: ScriptedTransport['probes'] = [];
  const attempts = new Map<string, number>();
  let underWay = 0;
  const transport: ScriptedTransport = {
    name: `scripted ${kind}`, kind, supports, probes, closed: false,
    get underWay() { return underWay; },
    async probe(node, { family, signal }): Promise<Sample> {
      const key = `${node.name}/${family ?? ''}`;
      const attempt = attempts.get(key) ?? 0;
      attempts.set(key, attempt + 1);
      probes.push({ node: node.name, atMs: clock.now(), ...(family && { family }) });
      const fate = script(node.name, attempt, family);
      underWay++;
      try {
        const ms = typeof fate === 'number' ? fate : fate === 'silent' ? Infinity : fate.failsAfterMs;
        await clock.sleep(ms, signal);
        if (signal.aborted) throw new ProbeFailure('no-answer', 'no answer', true);
        if (typeof fate === 'number') return { kind, latencyMs: fate, ...(family && { family, mapped: family === 4 ? '192.0.2.7:1' : '[2001:db8::7]:1' }) };
        if (fate === 'silent') throw new Error('unreachable');
        throw new ProbeFailure(fate.code, fate.code, fate.sent ?? true);
      } finally {
        underWay--;
      }
    },
    close() { transport.closed = true; },
  };
  return transport;
}
