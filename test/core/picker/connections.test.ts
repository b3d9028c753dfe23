import { expect, it } from 'vitest';
import { createConnections } from '../../../core/picker/connections.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { mapOf } from '../../maps.ts';
import { setUp } from './rig.ts';

it.each([
  { name: 'the newest counts', notes: [1_000, 900], now: 2_000, heard: 1_000 },
  { name: 'a clock that runs a little ahead does', notes: [3_000], now: 2_000, heard: 3_000 },
  { name: 'nothing from before the clock was set back does', notes: [3_600_000], now: 2_000, heard: undefined },
  { name: 'what comes after that does', notes: [3_600_000, 1_500], now: 2_000, heard: 1_500 },
])('life signs: $name', ({ notes, now, heard }) => {
  const connections = createConnections();
  for (const at of notes) connections.note({ region: '1', type: 'heard', at });
  expect(connections.heard(now)['1']).toBe(heard);
});

const renewed = (map: RelayMap, id: string): RelayMap => ({ ...map, regions: map.regions.map((region) => (region.id === id ? { ...region, nodes: region.nodes.map((node) => ({ ...node, host: `new.${node.host}` })) } : region)) });
const whole = mapOf(['fra', 'par', 'nyc']);

it.each([
  { name: 'other relays under its id', changes: [renewed(whole, '1')], avoid: undefined },
  { name: 'left, and come back', changes: [{ ...whole, regions: whole.regions.slice(1) }, whole], avoid: undefined },
  { name: 'only its name changed', changes: [{ ...whole, regions: whole.regions.map((region) => ({ ...region, name: 'other' })) }], avoid: ['1'] },
])('a region found dead is avoided until its connection is well: $name', async ({ changes, avoid }) => {
  const { clock, picker, events } = setUp(undefined, { map: whole });
  picker.note({ region: '1', type: 'dead', at: clock.wall() });
  for (const map of changes) picker.update({ map });
  await clock.until(picker.report());
  expect(events.findLast((event) => event.type === 'started')?.context.preferences?.avoid).toEqual(avoid);
  await picker.close();
});
