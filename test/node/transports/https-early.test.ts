import net from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { https } from '../../../node/transports/https.ts';

it('does not believe an answer that was sent before it was asked for', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  // The second answer leaves soon after the first, whether or not its request has come: a relay far away would look near.
  const server = net.createServer((socket) => socket.on('error', () => {}).once('data', () => {
    socket.write(answer);
    setTimeout(() => socket.write(answer), 2);
  }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  // A clock on which the handshake took 100 ms: what is read after it began is later by that. Before come one reading to watch
  // the event loop and one for the beginning.
  let readings = 0;
  const transport = https({ now: () => performance.now() + (readings++ < 2 ? 0 : 100) });
  const signal = AbortSignal.timeout(5_000);
  const sample = await transport.probe({ name: 'a', host: 'relay.test', ipv4: '127.0.0.1', https: { port, path: '/', scheme: 'http' } }, { family: 4, signal });
  expect(sample.doubt).toEqual(['cold']);
  expect(sample.latencyMs).toBeGreaterThan(90);
  transport.close();
  server.close();
});
