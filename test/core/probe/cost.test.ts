import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../core/model/kind.ts';
import { costOf, stunCost } from '../../../core/probe/cost.ts';
import { encodeBindingRequest } from '../../../core/wire/stun.ts';

const node = { stun: { port: 3478, dialect: 'tailscale' } } as const;
const kinds: readonly Kind[] = ['stun', 'ice', 'https', 'tcp', 'websocket', 'icmp', 'turn', 'fake'];

describe('the cost of a probe', () => {
  it.each([
    { dialect: 'plain', family: 4, bytes: 48 },
    { dialect: 'plain', family: 6, bytes: 68 },
    { dialect: 'tailscale', family: 4, bytes: 68 },
    { dialect: 'tailscale', family: 6, bytes: 88 },
  ] as const)('STUN: $dialect over IPv$family is $bytes bytes', ({ dialect, family, bytes }) => {
    expect(stunCost(dialect, family)).toEqual({ packets: 1, bytes });
    expect(costOf('stun', { stun: { port: 3478, dialect } }, family)).toEqual({ packets: 1, bytes });
    const request = encodeBindingRequest(new Uint8Array(12), { plain: dialect === 'plain' });
    expect(bytes).toBe((family === 4 ? 20 : 40) + 8 + request.length);
  });

  it('is nothing for what is not sent', () => {
    expect(costOf('fake', node, 4)).toEqual({ packets: 0, bytes: 0 });
  });

  it('puts the kinds in the order of what they do', () => {
    const bytes = (kind: Kind): number => costOf(kind, node, 4).bytes;
    expect(bytes('tcp')).toBeLessThan(bytes('https'));
    expect(bytes('https')).toBeLessThan(bytes('websocket'));
    expect(bytes('websocket')).toBeLessThan(bytes('turn'));
    expect(bytes('ice')).toBe(stunCost('plain', 4).bytes);
    expect(bytes('icmp')).toBe(84);
  });

  it.each(kinds)('%s: IPv6 costs 20 bytes a packet more, and every packet has its headers', (kind) => {
    const v4 = costOf(kind, node, 4);
    const v6 = costOf(kind, node, 6);
    expect(v6).toEqual({ packets: v4.packets, bytes: v4.bytes + 20 * v4.packets });
    expect(v4.bytes).toBeGreaterThanOrEqual(28 * v4.packets);
    expect(costOf(kind, node, undefined)).toEqual(v4);
  });
});
