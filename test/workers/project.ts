import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type { TestProjectInlineConfiguration } from 'vitest/config';

/** Nothing of it asks Cloudflare for anything. */
export const offline = { CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', DO_NOT_TRACK: '1' };

/** Why workerd, the runtime of Workers, cannot run on this machine. Undefined: it can. */
export function workerdObstacle(): string | undefined {
  try {
    const { default: program } = createRequire(import.meta.url)('workerd') as { readonly default: string };
    const { status, error, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000 });
    return status === 0 ? undefined : (error?.message ?? stderr.split('\n', 1)[0] ?? `it ended with ${status}`);
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  }
}

/** The tests that run in workerd, with the Worker's own configuration. */
export async function workersProject(): Promise<TestProjectInlineConfiguration> {
  Object.assign(process.env, offline);
  const { cloudflareTest } = await import('@cloudflare/vitest-pool-workers');
  return {
    plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' }, miniflare: { compatibilityFlags: ['nodejs_compat'] } })],
    test: { name: 'workerd', include: ['test/workers/**/*.test.ts'], globalSetup: ['test/workers/relays.setup.ts'], testTimeout: 20_000 },
  };
}
