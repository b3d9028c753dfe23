import { expect, inject, it } from 'vitest';
import { connectDerp, type DerpEvent } from '../../derp/index.ts';

const port = inject('relays').lab.regions[0]?.nodes[0]?.derp?.port;
const url = `ws://127.0.0.1:${port}/derp`;

it('a Worker\'s clients reach one another through a relay, with packets of any size', async () => {
  const events: DerpEvent[] = [];
  const one = await connectDerp({ url });
  const other = await connectDerp({ url, onEvent: (event) => void events.push(event) });
  expect(await one.ping()).toBeGreaterThan(0);
  for (const bytes of [0, 1200, 65_536]) {
    const packet = new Uint8Array(bytes).fill(bytes & 255);
    expect(one.send(other.publicKey, packet)).toBe(true);
    for await (const received of other.packets) {
      expect(received.source).toEqual(one.publicKey);
      expect(received.packet).toEqual(packet);
      break;
    }
  }
  // Workers do not tell what waits to be sent.
  expect(one.bufferedBytes).toBe(0);
  await one.drained();
  await one.close();
  expect((await one.closed).code).toBe('closed');
  await expect.poll(() => events.map(({ type }) => type)).toEqual(['peerGone']);
  await other.close();
});

it('where nobody is there it says so', async () => {
  await expect(connectDerp({ url: `ws://127.0.0.1:${inject('relays').closed}/derp` })).rejects.toMatchObject({ name: 'DerpError', code: 'transport' });
});
