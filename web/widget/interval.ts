const unitMs: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1_000, m: 60_000 };

/** Reports closer together would measure one another. */
const minMs = 200;
const maxMs = 86_400_000;

/** `30s`, `5m`, `800ms` or `800` in ms. Undefined: it is none, or not between 200 ms and a day. */
export function parseInterval(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? NaN);
  return ms >= minMs && ms <= maxMs ? ms : undefined;
}
