import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';

const { version } = createRequire(import.meta.url)('workerd/package.json') as { readonly version: string };

describe('wrangler.toml', () => {
  const config = readConfig({ config: 'wrangler.toml' });

  it('asks for no later date than the runtime that the tests run in', () => {
    // workerd's version is 1.YYYYMMDD.n.
    const runtime = version.split('.')[1] ?? '';
    expect(config.compatibility_date?.replaceAll('-', '') ?? '9').toMatch(/^\d{8}$/);
    expect(Number(config.compatibility_date?.replaceAll('-', ''))).toBeLessThanOrEqual(Number(runtime));
  });

  it('lets the Worker run where its clients are, and sends its requests to the network', () => {
    expect(config.placement).toEqual({ mode: 'off' });
    expect(config.compatibility_flags).toContain('global_fetch_strictly_public');
  });

  it('makes the objects with SQLite, and binds nothing else that an account may lack', () => {
    expect(config.durable_objects.bindings).toEqual([{ name: 'HOMES', class_name: 'HomeStore' }]);
    expect(config.migrations).toEqual([{ tag: 'v1', new_sqlite_classes: ['HomeStore'] }]);
    expect([config.kv_namespaces, config.analytics_engine_datasets, config.vars]).toEqual([[], [], { RELAY_MAP_URL: expect.stringMatching(/^https:/) }]);
    expect(config.observability?.enabled).toBe(true);
  });
});
