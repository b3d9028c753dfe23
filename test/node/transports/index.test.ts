import { afterEach, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { Transport } from '../../../core/probe/transport.ts';
import { createResolver, nodeTransports, stun } from '../../../node/transports/index.ts';
import { startHttpServer } from '../../servers/http-server.ts';
import { errorOf } from '../../until.ts';

describe('nodeTransports', () => {
  let made: Transport[] = [];
  afterEach(async () => { await Promise.all(made.map((transport) => transport.close())); });

  it('has one transport for each kind that Node can measure', () => {
    made = nodeTransports();
    expect(made.map(({ kind }) => kind)).toEqual(['stun', 'https', 'tcp', 'icmp', 'websocket']);
  });

  it('leaves out what is not asked for', () => {
    made = nodeTransports({ kinds: ['tcp', 'stun', 'ice'] });
    expect(made.map(({ kind }) => kind)).toEqual(['stun', 'tcp']);
  });

  it('takes the STUN transport that it is given', () => {
    const given = stun();
    made = nodeTransports({ stun: given });
    expect(made.filter(({ kind }) => kind === 'stun')).toEqual([given]);
  });

  it('shares one resolver, and takes any certificate where told', async () => {
    const server = await startHttpServer();
    let lookups = 0;
    const resolver = createResolver({ lookup: (_host, { family }, callback) => {
      lookups++;
      callback(null, [{ address: '127.0.0.1', family }]);
    } });
    const node: RelayNode = { name: 'a', host: 'relay.test', https: { port: server.port, path: '/', scheme: 'https' }, websocket: `wss://relay.test:${server.port}` };
    made = nodeTransports({ insecure: true, resolver, kinds: ['https', 'tcp', 'websocket'] });
    const options = { family: 4, signal: new AbortController().signal } as const;
    const [https, tcp, websocket] = made;
    expect(await https?.probe(node, options)).toMatchObject({ kind: 'https' });
    expect(await tcp?.probe(node, options)).toMatchObject({ kind: 'tcp' });
    // Past TLS: it is the WebSocket handshake that fails.
    expect(await errorOf(websocket?.probe(node, options) ?? Promise.resolve())).toMatchObject({ code: 'status' });
    expect(lookups).toBe(1);
    await server.close();
  });
});
