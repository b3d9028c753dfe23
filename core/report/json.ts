import type { Decision } from '../model/decision.ts';
import type { Report } from '../model/report.ts';
import type { Timing } from '../picker/timing.ts';

/** Six decimals of a ms are a nanosecond; what lies below is noise of the arithmetic and makes lines long. */
const toNanosecond = (_key: string, value: unknown): unknown => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(6)) : value);

/**
 * One report with what was decided and what it took, as JSON: `{ "version": 1, "report", "decision", "timing" }`, in ms.
 * What is unknown is absent. On one line unless `indent` says by how many spaces.
 */
export function formatJson(report: Report, decision: Decision, timing: Timing, options: { readonly indent?: number } = {}): string {
  return JSON.stringify({ version: 1, report, decision, timing }, toNanosecond, options.indent);
}
