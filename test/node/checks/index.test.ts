import { expect, test } from 'vitest';
import { decodeBindingRequest } from '../../../core/wire/stun.ts';
import { nodeChecks } from '../../../node/checks/index.ts';
import type { CheckName, RequestReceiver } from '../../../node/checks/index.ts';
import { emptyReport, mapOf, udpService } from './fixtures.ts';

const deaf: RequestReceiver = { receivesRequest: async () => false };

test.each<[CheckName[], boolean, string[]]>([
  [[], true, []],
  [['portal', 'portmap', 'hairpin'], true, ['portal', 'portmap', 'hairpin']],
  [['hairpin', 'portal'], true, ['hairpin', 'portal']],
  [['portal', 'portal'], true, ['portal']],
  [['portal', 'hairpin'], false, ['portal']],
])('%j, STUN socket: %s', (names, hasSocket, wanted) => {
  expect(nodeChecks(names, hasSocket ? { stun: deaf } : {}).map((check) => check.name)).toEqual(wanted);
});

test('hairpin sends what a STUN server would take for a request', async () => {
  const main = await udpService(() => []);
  let asked: Uint8Array | undefined;
  const stun: RequestReceiver = {
    receivesRequest: (txid, signal) => new Promise((resolve) => {
      asked = txid;
      main.socket.once('message', () => resolve(true));
      signal.addEventListener('abort', () => resolve(false), { once: true });
    }),
  };
  const [check] = nodeChecks(['hairpin'], { stun });
  const finding = await check?.run({ map: mapOf(), report: { ...emptyReport, globalV4: `127.0.0.1:${main.port}` }, signal: new AbortController().signal });
  await main.close();
  expect(finding).toEqual({ hairpinning: true });
  expect(decodeBindingRequest(main.requests[0] ?? new Uint8Array(0))).toEqual({ txid: asked });
});
