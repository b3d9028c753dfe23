import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConcise } from '../../../core/report/concise.ts';
import { formatJson } from '../../../core/report/json.ts';
import { formatTailscaleJson } from '../../../core/report/tailscale-json.ts';
import { formatText } from '../../../core/report/text.ts';
import { harmful, scene } from './arbitrary.ts';
import { timing } from './samples.ts';

describe('any report, map and decision', () => {
  it('make text without a character that a terminal obeys', () => {
    fc.assert(fc.property(scene, fc.boolean(), fc.boolean(), fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }), ({ report, decision, map }, verbose, ascii, width) => {
      const text = formatText(report, decision, map, { verbose, ascii, ...(width !== undefined && { width }) });
      expect(text).not.toMatch(harmful);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
      if (ascii) expect(text).toMatch(/^[\n -~]*$/);
      // The sentence, notes and names cannot add a line that looks like a heading.
      expect(text.split('\n').filter((line) => line.startsWith('  * UDP')).length).toBe(1);
    }), { numRuns: 300 });
  });

  it.each([2022, 2026] as const)('make one line of visible ASCII (%i)', (edition) => {
    fc.assert(fc.property(scene, ({ report, decision, map }) => {
      const line = formatConcise(report, decision, map, { edition, ...(decision.home !== undefined && { force: decision.home }) });
      expect(line).toMatch(/^udp=[ -~]*$/);
      expect(line).not.toMatch(/NaN|undefined|Infinity/);
    }));
  });

  it('make JSON that parses, with numbers where netcheck has numbers', () => {
    fc.assert(fc.property(scene, ({ report, decision, map }) => {
      const { version } = JSON.parse(formatJson(report, decision, timing)) as { version: number };
      expect(version).toBe(1);
      const netcheck = JSON.parse(formatTailscaleJson(report, decision, map)) as { PreferredDERP: number; RegionLatency: Record<string, number> };
      expect(Number.isSafeInteger(netcheck.PreferredDERP)).toBe(true);
      for (const [id, ns] of Object.entries(netcheck.RegionLatency)) expect([Number.isSafeInteger(Number(id)), Number.isInteger(ns)]).toEqual([true, true]);
    }));
  });
});
