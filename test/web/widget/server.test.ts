import { expect, it } from 'vitest';

it('can be imported where there is no page', async () => {
  expect(globalThis.HTMLElement).toBeUndefined();
  const { NearestRelayElement } = await import('../../../web/widget/index.ts');
  expect(typeof NearestRelayElement).toBe('function');
});
