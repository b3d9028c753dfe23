/** Label names and values, in the order to print. */
type Labels = Readonly<Record<string, string>>;

/** One metric of the Prometheus text format: a value for each set of labels. */
export interface Metric {
  add(labels: Labels, by?: number): void;
  set(labels: Labels, value: number): void;
  /** Forgets the sets of labels that `keep` does not want. */
  prune(keep: (labels: Labels) => boolean): void;
  /** HELP, TYPE and samples, each line with its end (exposition format 0.0.4). */
  text(): string;
}

export function createMetric(name: string, type: 'counter' | 'gauge', help: string): Metric {
  const samples = new Map<string, { readonly labels: Labels; value: number }>();
  const sampleOf = (labels: Labels): { value: number } => {
    const key = formatLabels(labels);
    const known = samples.get(key);
    if (known) return known;
    const made = { labels, value: 0 };
    samples.set(key, made);
    return made;
  };
  return {
    add(labels, by = 1) { sampleOf(labels).value += by; },
    set(labels, value) { sampleOf(labels).value = value; },
    prune(keep) {
      for (const [key, { labels }] of samples) if (!keep(labels)) samples.delete(key);
    },
    text() {
      const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
      for (const [labels, { value }] of samples) lines.push(`${name}${labels} ${formatValue(value)}`);
      return lines.map((line) => `${line}\n`).join('');
    },
  };
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, quote and line feed are all that the format escapes; region codes come from maps and may hold any. */
const escapeValue = (value: string): string => value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
