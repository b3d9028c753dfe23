import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { dashboardHtml } from '../../../edge/dashboard/make.mjs';
import { dashboardPage } from '../../../edge/dashboard/page.ts';

it('is what its sources make: else `node edge/dashboard/make.mjs > edge/dashboard/page.ts`', async () => {
  expect(dashboardPage).toBe(await dashboardHtml());
}, 30_000);

it('is one page: it loads nothing, and nothing in it stands outside of what a policy can hash', () => {
  expect(dashboardPage.match(/<script/g)).toHaveLength(1);
  expect(dashboardPage.match(/<style/g)).toHaveLength(1);
  const markup = dashboardPage.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, '');
  expect(markup).not.toMatch(/\s(style|on\w+|src|srcset|action)=/);
  expect([...markup.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['data:,']);
});

it('is small: a tenth of a Worker of 60 kB', () => {
  expect(gzipSync(dashboardPage, { level: 9 }).length).toBeLessThan(8_000);
});
