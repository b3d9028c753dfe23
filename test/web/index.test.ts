import { describe, expect, it } from 'vitest';
import type { RelayNode } from '../../core/model/map.ts';
import type { WebSocketLike } from '../../core/probe/websocket.ts';
import { mixedContent, webNetwork, webTransports, turn, localStore } from '../../web/index.ts';
import { websocket } from '../../web/transports/websocket.ts';
import { mapOf } from '../maps.ts';

const secure = { location: { protocol: 'https:' } };
const insecureNode: Partial<RelayNode> = { https: { port: 80, path: '/', scheme: 'http' } };

describe('where there is no page', () => {
  it('all can be imported and made', () => {
    expect(webTransports().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['https', 'websocket']));
    expect(webTransports({ kinds: ['https'] }).map(({ kind }) => kind)).toEqual(['https']);
    expect([turn().kind, webNetwork().online(), typeof localStore().load]).toEqual(['turn', true, 'function']);
  });

  it('TURN is not measured by without being asked for', () => {
    expect(webTransports().map(({ kind }) => kind)).not.toContain('turn');
    expect(turn().supports({ name: 'a', host: 'a.test', turn: { urls: ['turn:a.test'] } })).toBe(typeof RTCPeerConnection === 'function');
  });
});

describe('websocket in a page', () => {
  const WebSocket = Object as unknown as new (url: string) => WebSocketLike;
  it.each([
    { url: 'wss://relay.test/echo', constructor: WebSocket, supported: true },
    { url: 'ws://relay.test/echo', constructor: WebSocket, supported: true },
    { url: undefined, constructor: WebSocket, supported: false },
  ])('supports $url: $supported', ({ url, constructor, supported }) => {
    expect(websocket({ WebSocket: constructor }).supports({ name: 'a', host: 'a.test', ...(url !== undefined && { websocket: url }) })).toBe(supported);
  });
});

describe('mixed content', () => {
  it.each<{ what: string; node: Partial<RelayNode>; page: object; names: string | undefined }>([
    { what: 'https relays on a secure page', node: {}, page: secure, names: undefined },
    { what: 'http relays on a page over http', node: insecureNode, page: { location: { protocol: 'http:' } }, names: undefined },
    { what: 'http relays where there is no page', node: insecureNode, page: {}, names: undefined },
    { what: 'http relays on a secure page', node: insecureNode, page: secure, names: 'give fra, par https' },
    { what: 'ws relays on a secure page', node: { websocket: 'ws://a.test/echo' }, page: secure, names: 'give fra, par https' },
    { what: 'http relays on this machine', node: { ...insecureNode, host: '127.0.0.1' }, page: secure, names: undefined },
  ])('$what', ({ node, page, names }) => {
    const note = mixedContent(mapOf(['fra', 'par'], node), page);
    if (names === undefined) expect(note).toBeUndefined();
    else expect(note).toMatchObject({ code: 'mixed-content', message: expect.stringContaining(names) });
  });
});
