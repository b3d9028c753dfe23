import { describe, expect, it } from 'vitest';
import { formatJson } from '../../../core/report/json.ts';
import { answeredIn, decisionFor, reportOf, timing } from './samples.ts';

const report = reportOf({ at: 1_700_000_000_123.25, regions: { fra: answeredIn('fra', 8.1 + 0.2 - 1e-12, { lost: 1 }) } });

describe('the JSON of check', () => {
  it('has the report, the decision and the timing under a version', () => {
    const json = JSON.parse(formatJson(report, decisionFor('fra'), timing)) as Record<string, unknown>;
    expect(json).toMatchObject({ version: 1, decision: { home: 'fra' }, timing: { packetsSent: 64 } });
    expect(Object.keys(json)).toEqual(['version', 'report', 'decision', 'timing']);
  });

  it('rounds to whole nanoseconds and leaves integers alone', () => {
    const text = formatJson(report, decisionFor('fra'), timing);
    expect(text).toContain('"latencyMs":8.3,');
    expect(text).toContain('"at":1700000000123.25');
    expect(text).toContain('"bytesSent":4352');
  });

  it('has no word about what is unknown', () => expect(formatJson(report, decisionFor(undefined), timing)).not.toMatch(/"udp"|"home"|null/));
  it('is one line unless asked to indent', () => {
    expect(formatJson(report, decisionFor('fra'), timing)).not.toContain('\n');
    expect(formatJson(report, decisionFor('fra'), timing, { indent: 2 })).toContain('\n  "report": {\n    "at"');
  });
});
