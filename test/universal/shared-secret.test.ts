import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedSecretCredentials } from '../../universal/index.ts';
import { mapOf } from '../maps.ts';

const [region] = mapOf(['fra']).regions;
const options = { signal: new AbortController().signal };
const make = async (...args: Parameters<typeof sharedSecretCredentials>): ReturnType<ReturnType<typeof sharedSecretCredentials>> => {
  if (!region) throw new Error('unreachable');
  return sharedSecretCredentials(...args)(region, options);
};

it.each([
  { what: 'a day', given: {}, username: '1700086400' },
  { what: 'as long as wanted, for a user', given: { ttlSeconds: 60, user: 'alice' }, username: '1700000060:alice' },
])('credentials of a secret are good for $what', async ({ given, username }) => {
  expect(await make('secret', { wall: () => 1_700_000_000_999, ...given })).toEqual({
    username, credential: createHmac('sha1', 'secret').update(username).digest('base64'), expiresAt: Number(username.split(':')[0]) * 1000,
  });
});

it('credentials of any secret and user are what Node\'s own HMAC says', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (secret, user) => {
    const { username, credential } = await make(secret, { user });
    expect(credential).toBe(createHmac('sha1', secret).update(username).digest('base64'));
  }));
});
