import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmac } from '../../../node/cli/serve-hmac.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('hmac', () => {
  // RFC 4231, cases 1, 2 and 6.
  it.each([
    { key: hex('0b'.repeat(20)), text: 'Hi There', is: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7' },
    { key: hex(Buffer.from('Jefe').toString('hex')), text: 'what do ya want for nothing?', is: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' },
    { key: hex('aa'.repeat(131)), text: 'Test Using Larger Than Block-Size Key - Hash Key First', is: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54' },
  ])('of $text', ({ key, text, is }) => {
    expect(Buffer.from(hmac(key, text), 'base64').toString('hex')).toBe(is);
  });

  it('is HMAC-SHA-256, whatever the key and the text, one after another under the same key', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(fc.string({ unit: 'grapheme', maxLength: 90 }), { minLength: 1, maxLength: 4 }), (key, texts) => {
      for (const text of texts) expect(hmac(key, text)).toBe(createHmac('sha256', key).update(text).digest('base64'));
    }));
  });
});
