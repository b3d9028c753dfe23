import { expect, it } from 'vitest';
import { countSilentUdp, udpWorksAfter } from '../../../core/picker/udp.ts';
import type { Report } from '../../../core/model/report.ts';
import { readMemory, remember, writeMemory, type Memory } from '../../../core/picker/memory.ts';

const reportOf = (udp: boolean | undefined): Report => ({ at: 0, full: true, durationMs: 1, strategy: 's', notes: [], regions: {}, ...(udp !== undefined && { udp }) });

it.each<{ name: string; udp: readonly (boolean | undefined)[]; works: boolean | undefined }>([
  { name: 'nothing was measured', udp: [], works: undefined },
  { name: 'it answered', udp: [true], works: true },
  { name: 'it was silent once, or twice', udp: [false, false], works: undefined },
  { name: 'it was silent in three reports', udp: [false, false, false], works: false },
  { name: 'reports that did not ask it change nothing', udp: [false, undefined, false, undefined, undefined, false, undefined], works: false },
  { name: 'it answered, and was silent since', udp: [true, false, false], works: undefined },
  { name: 'it was silent for long, and answers', udp: [...Array<boolean>(20).fill(false), true], works: true },
])('whether UDP works: $name', ({ udp, works }) => {
  expect(udpWorksAfter(udp.reduce((silent: number | undefined, one) => countSilentUdp(silent, reportOf(one)), undefined))).toBe(works);
});

it('is remembered with its network', () => {
  const memory: Memory = remember({ version: 1, clientKey: 'k', networks: [] }, { id: 'n', at: 1, strategy: 's', state: {}, silentUdp: 3 });
  expect(readMemory(writeMemory(memory))).toEqual(memory);
  expect(readMemory(writeMemory({ ...memory, networks: [{ id: 'n', at: 1, strategy: 's', state: {}, silentUdp: 'often' as unknown as number }] }))).toBe('corrupt');
});
