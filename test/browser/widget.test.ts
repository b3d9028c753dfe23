import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLab } from '../../lab/index.ts';
import { describeInBrowsers, startBrowser } from './harness.ts';
import { cities, cityMs, mapOf, openWidgetPage, regionAt, type WidgetPage, type WidgetPageOptions } from './widget-page.ts';

const types = (page: WidgetPage): Promise<string[]> => page.run('seen.map(({ type }) => type)');
const untilSettled = ({ part }: WidgetPage): Promise<void> => part('settled').waitFor();

const hostile = ([
  ['<b>fra</b>', '<img src=x onerror="alert(1)">'.repeat(5)], ['a'.repeat(200), '\u202Eright to left override'], ['مرحبا', 'Z\u0334\u0321\u031B\u031F'.repeat(60)], ['"];', 'W'.repeat(400)],
] as const).map(([code, name], index) => regionAt(index + 1, code, name, [index * 30 - 89, 180 - index * 90], `relay${index}.example`));
const hostileMs = Object.fromEntries(hostile.map(({ nodes: [node] }, index) => [node?.host ?? '', 10 + index]));
const sixty = Array.from({ length: 60 }, (_, index) => regionAt(index + 1, `r${index}`, `Region ${index}`, [(index * 37) % 120 - 50, (index * 47) % 360 - 180]));
const sixtyMs = Object.fromEntries(sixty.map(({ code }, index) => [`${code}.example`, 5 + index]));

const states: readonly { name: string; properties: Parameters<WidgetPage['mount']>[0]; title: string; why?: string; files?: Record<string, string>; rows: number; prints?: string }[] = [
  { name: 'no map', properties: {}, title: 'No relay map', rows: 0 },
  { name: 'an empty map', properties: { map: mapOf([]) }, title: 'Empty relay map', rows: 0 },
  { name: 'a map that is broken', properties: { map: '/map.json' }, files: { 'map.json': '{"version":1,"regions":[{"id":"1","code":"fra","name":"F","nodes":[{"name":"a","host":7}]}]}' }, title: 'Error', why: 'regions[0].nodes[0].host', rows: 0 },
  { name: 'a map that is missing', properties: { map: '/none.json?key=secret' }, title: 'Error', why: '/none.json cannot be had: status 404', rows: 0, prints: '404' },
  { name: 'a strategy that is none', properties: { map: mapOf(cities), strategy: 'fast' }, title: 'Error', why: 'strategy="fast": must be steady', rows: 0 },
  { name: 'all dead', properties: { map: mapOf(cities), ms: { 'fra.example': Infinity } }, title: 'No answer', why: 'no home: nothing answered', rows: 8 },
  { name: 'one region', properties: { map: mapOf(cities.slice(0, 1)), ms: cityMs }, title: 'Frankfurt', rows: 1 },
  { name: 'eight regions', properties: { map: mapOf(cities), ms: cityMs }, title: 'Frankfurt', rows: 8 },
  { name: 'sixty regions', properties: { map: mapOf(sixty), ms: sixtyMs }, title: 'Region 0', rows: 60 },
  { name: 'hostile names', properties: { map: mapOf(hostile), ms: hostileMs }, title: '<img src=x', rows: 4 },
  { name: 'fake relays', properties: { map: mapOf(cities), fake: 'par=5,fra=9' }, title: 'Paris', rows: 8 },
];

describeInBrowsers('<nearest-relay>', (engine) => {
  let browser: Browser;
  let darkBrowser: Browser | undefined;
  beforeAll(async () => { browser = await startBrowser({ engine }); });
  afterAll(() => Promise.all([browser.close(), darkBrowser?.close()]));

  const open = async (options: Omit<WidgetPageOptions, 'browser'> = {}): Promise<WidgetPage> => {
    const isDark = options.context?.colorScheme === 'dark' || options.context?.reducedMotion === 'reduce';
    // Chromium emulates it in any page; Firefox is started so.
    if (isDark && engine === 'firefox') darkBrowser ??= await startBrowser({ engine, dark: true, reducedMotion: true });
    return openWidgetPage({ browser: isDark ? darkBrowser ?? browser : browser, ...options });
  };
  /** What Firefox has no way to tell or to emulate. */
  const inChromium = it.runIf(engine === 'chromium');

  for (const colorScheme of ['light', 'dark'] as const) {
    it.each(states)(`looks right in ${colorScheme}: $name`, async ({ properties, title, why, files, rows, prints }) => {
      for (const width of colorScheme === 'light' ? [320, 1000] : [1000]) {
        await using opened = await open({ context: { colorScheme, viewport: { width, height: 900 } }, ...(files && { files }) });
        await opened.mount(properties);
        await opened.part('title').filter({ hasText: title }).waitFor();
        if (why !== undefined) await opened.part('why').filter({ hasText: why }).waitFor();
        await expect.poll(() => opened.part('row').count()).toBe(rows);
        expect(await opened.run<number>('document.documentElement.scrollWidth')).toBe(width);
        expect(await opened.violations()).toEqual([]);
        expect(await opened.run('shifts')).toEqual([]);
        expect(opened.errors.filter((error) => prints === undefined || !error.includes(prints))).toEqual([]);
      }
    });
  }

  it('shows names as text, never as HTML', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(hostile), ms: hostileMs });
    await untilSettled(opened);
    expect(await opened.run('[...widget.shadowRoot.querySelectorAll("img, b, script")].length')).toBe(0);
    expect(await opened.part('name').first().textContent()).toContain('<img src=x onerror="alert(1)">');
  });

  it('does not change its size, whatever it shows', async () => {
    await using opened = await open();
    const heights: number[] = [];
    for (const { properties, title } of states.filter(({ prints, files }) => prints === undefined && !files)) {
      await opened.run('globalThis.widget?.remove()');
      await opened.mount(properties);
      await opened.part('title').filter({ hasText: title }).waitFor();
      heights.push(await opened.run('widget.offsetHeight'));
    }
    expect(new Set(heights).size).toBe(1);
  });

  it('is shown while it loads, and says so', async () => {
    await using opened = await open();
    await opened.page.route('**/slow.json', () => {});
    await opened.mount({ map: '/slow.json' });
    await opened.part('title').filter({ hasText: 'Loading the map' }).waitFor();
    expect(await opened.violations()).toEqual([]);
  });

  it('tells provisional, report and decision, in this order, with the region', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities), ms: cityMs });
    await untilSettled(opened);
    const told = await types(opened);
    expect(told.filter((type) => type === 'provisional').length).toBeGreaterThan(0);
    expect(told.filter((type) => type !== 'provisional')).toEqual(['report', 'decision']);
    const [decision] = await opened.run<{ region: { code: string }; decision: { home: string }; report: { regions: object } }[]>('seen.filter(({ type }) => type === "decision")');
    expect(decision).toMatchObject({ region: { code: 'fra' }, decision: { home: '1' } });
    expect(await opened.run('widget.decision.home')).toBe('1');
    expect(await opened.run('widget.report.partial')).toBeUndefined();
  });

  it('tells an error with its code and path', async () => {
    await using opened = await open();
    await opened.mount({ map: { version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [{ name: 'a', host: 7 }] }] } });
    await opened.part('title').filter({ hasText: 'Error' }).waitFor();
    expect(await opened.run('seen')).toMatchObject([{ type: 'error', code: 'map', path: 'regions[0].nodes[0].host' }]);
  });

  it('measures again, as often as it is told, and tells a move', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities.slice(0, 2)), ms: cityMs, every: '200ms', strategy: 'netcheck' });
    await opened.part('title').filter({ hasText: 'Frankfurt' }).waitFor();
    await opened.run('relays.ms = { "par.example": 3 }');
    await opened.part('title').filter({ hasText: 'Paris' }).waitFor();
    await expect.poll(() => opened.run('seen.filter(({ type }) => type === "decision").map(({ previous, region }) => `${previous} ${region?.code}`)'), { timeout: 10_000 }).toEqual(['undefined fra', '1 par']);
  });

  it('starts anew once for all attributes that change in one turn, and forgets what was', async () => {
    await using opened = await open({ files: { 'a.json': JSON.stringify(mapOf(cities)), 'b.json': JSON.stringify(mapOf(cities.slice(1))) } });
    const asked: string[] = [];
    opened.page.on('request', (request) => { asked.push(new URL(request.url()).pathname); });
    await opened.mount({ map: '/a.json', fake: 'fra=5,par=9' });
    await opened.part('title').filter({ hasText: 'Frankfurt' }).waitFor();
    await opened.run('widget.setAttribute("map", "/b.json"), widget.strategy = "netcheck", widget.setAttribute("fake", "par=4")');
    await opened.part('title').filter({ hasText: 'Paris' }).waitFor();
    expect(asked.filter((path) => path.endsWith('.json'))).toEqual(['/a.json', '/b.json']);
    expect(await opened.part('row').count()).toBe(7);
  });

  it('goes on when it is moved, stops when it is removed, and starts again', async () => {
    await using opened = await open({ files: { 'map.json': JSON.stringify(mapOf(cities)) }, clock: true });
    const asked: string[] = [];
    opened.page.on('request', (request) => { asked.push(new URL(request.url()).pathname); });
    await opened.mount({ map: '/map.json', ms: cityMs, every: '200ms' });
    await untilSettled(opened);
    await opened.run('document.body.prepend(widget)');
    await expect.poll(() => types(opened).then((told) => told.filter((type) => type === 'report').length)).toBeGreaterThan(2);
    expect(asked.filter((path) => path.endsWith('.json'))).toEqual(['/map.json']);
    await opened.run('widget.remove()');
    await expect.poll(() => opened.run('relays.open')).toBe(0);
    const probes = await opened.run('relays.probes');
    await opened.page.clock.runFor(60_000);
    expect(await opened.run('relays.probes')).toBe(probes);
    await opened.run('document.querySelector("main").append(widget)');
    await expect.poll(() => opened.run<number>('relays.probes')).toBeGreaterThan(Number(probes));
    expect(opened.errors).toEqual([]);
  });

  it('draws the last half hour', async () => {
    await using opened = await open({ clock: true });
    await opened.mount({ map: mapOf(cities), ms: cityMs, every: '30s' });
    await untilSettled(opened);
    await opened.page.clock.runFor(10 * 60_000);
    await opened.run('relays.ms["fra.example"] = 12');
    await opened.page.clock.runFor(25 * 60_000);
    await expect.poll(() => opened.widget.getByRole('columnheader').last().textContent()).toBe('Last 30 min');
    expect(await opened.widget.getByRole('img', { name: '8.0 ms to 12.0 ms, 0 without an answer' }).count()).toBe(1);
    const line = await opened.part('line').first().getAttribute('d');
    expect(line?.match(/L/g)?.length).toBeGreaterThan(40);
  });

  it('measures real relays, with what a page has', async () => {
    await using lab = await createLab({ relays: [{ code: 'far', rttMs: 60 }, { code: 'near', name: 'Near', rttMs: 5 }, { code: 'dead', rttMs: 5, dead: true }] });
    await using opened = await open({
      files: { 'map.json': JSON.stringify(lab.plainMap) },
      headers: { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*" },
    });
    await opened.mount({ map: '/map.json' });
    await untilSettled(opened);
    expect(await opened.part('title').textContent()).toBe('Near');
    expect(await opened.part('row').first().textContent()).toMatch(/near · home · (ice|https|websocket)\d/);
  });

  it('loads what reads a DERP map, netcheck and the land when they are wanted', async () => {
    const derpMap = { Regions: { 7: { RegionID: 7, RegionCode: 'fra', RegionName: 'Frankfurt', Latitude: 50.1, Longitude: 8.7, Nodes: [{ Name: '7a', RegionID: 7, HostName: 'fra.example' }] } } };
    await using opened = await open({ files: { 'derp.json': JSON.stringify(derpMap) } });
    const asked: string[] = [];
    opened.page.on('request', (request) => { asked.push(new URL(request.url()).pathname); });
    await opened.mount({ map: mapOf(cities), fake: 'fra=5' });
    await opened.part('title').filter({ hasText: 'Frankfurt' }).waitFor();
    await expect.poll(() => opened.part('land').getAttribute('d')).toMatch(/^m/);
    expect(asked).toEqual(['/widget-land.js']);
    await opened.run('widget.setAttribute("map", "/derp.json"), widget.map = undefined, widget.strategy = "netcheck"');
    await expect.poll(() => opened.run('widget.report?.strategy')).toMatch(/^netcheck/);
    expect(asked).toEqual(['/widget-land.js', '/widget-netcheck.js', '/derp.json', '/widget-maps.js']);
    expect(opened.errors).toEqual([]);
  });

  it('measures with its own file alone, and names what it lacks for more', async () => {
    await using opened = await open({ alone: true, files: { 'map.json': JSON.stringify(mapOf(cities)) } });
    await opened.mount({ map: '/map.json', ms: cityMs });
    await untilSettled(opened);
    expect(await opened.part('place').count()).toBe(8);
    expect(await opened.part('land').getAttribute('d')).toBeNull();
    await opened.run('widget.strategy = "netcheck"');
    await opened.part('why').filter({ hasText: 'strategy="netcheck" needs a part that does not load: ' }).waitFor();
    await opened.run('widget.strategy = null, widget.map = { Regions: {} }');
    await opened.part('why').filter({ hasText: 'what reads DERP maps and lists of RTCIceServer does not load: ' }).waitFor();
    expect(await opened.run('seen.filter(({ type }) => type === "error").map(({ code }) => code)')).toEqual(['settings', 'fetch']);
    // The browser says what it did not find, nobody else has anything to say.
    expect(opened.errors.filter((error) => !/404|Loading module from .*widget-/.test(error))).toEqual([]);
  });

  inChromium('leaves nothing behind after 100 lives', async () => {
    await using opened = await open();
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send('Performance.enable');
    const counts = async (): Promise<Record<string, number>> => {
      await opened.page.waitForTimeout(100);
      for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const live = async (times: number): Promise<void> => {
      for (let life = 0; life < times; life++) {
        await opened.mount({ map: mapOf(cities), ms: { ...cityMs, 'fra.example': 0 } });
        if (life % 10 === 0) await opened.part('row').first().waitFor();
        await opened.run('widget.remove(), widget = undefined, seen = []');
      }
      await expect.poll(() => opened.run('relays.open')).toBe(0);
    };
    await live(10);
    const before = await counts();
    await live(100);
    const after = await counts();
    expect(after['Nodes']).toBeLessThanOrEqual((before['Nodes'] ?? 0) + 20);
    expect(after['JSEventListeners']).toBeLessThanOrEqual((before['JSEventListeners'] ?? 0) + 5);
    expect(after['JSHeapUsedSize']).toBeLessThan((before['JSHeapUsedSize'] ?? 0) + 1_000_000);
  });

  it('is worked by the keyboard alone: each region can be reached and tells its details', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities), ms: cityMs });
    await untilSettled(opened);
    const focused = (): Promise<string> => opened.run('widget.shadowRoot.activeElement?.textContent ?? ""');
    await opened.page.keyboard.press('Tab');
    expect(await focused()).toContain('Frankfurt');
    await opened.page.keyboard.press('Tab');
    expect(await focused()).toContain('Amsterdam');
    await opened.page.keyboard.press('Enter');
    await opened.part('details').filter({ hasText: 'Amsterdam · 14.0 ms · ice' }).waitFor();
    expect(await opened.widget.getByRole('button', { pressed: true }).textContent()).toContain('Amsterdam');
    expect(await opened.part('spoken').textContent()).toContain('Amsterdam · 14.0 ms');
    expect(await opened.part('pressed').count()).toBe(1);
    await opened.page.keyboard.press('Space');
    expect(await opened.widget.getByRole('button', { pressed: true }).count()).toBe(0);
    await opened.part('details').filter({ hasText: 'Frankfurt' }).waitFor();
    expect(await opened.violations()).toEqual([]);
  });

  it('keeps the focus on the region when the ranking changes', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities), ms: cityMs, every: '200ms' });
    await untilSettled(opened);
    await opened.widget.getByRole('button', { name: 'Paris' }).focus();
    await opened.run('relays.ms["par.example"] = 1');
    await opened.part('row').first().filter({ hasText: 'Paris' }).waitFor();
    expect(await opened.run('widget.shadowRoot.activeElement.textContent')).toContain('Paris');
    expect(await opened.run('shifts')).toEqual([]);
  });

  it('is a table with headers, and a map that says what it shows', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities), ms: cityMs });
    await untilSettled(opened);
    expect(await opened.widget.getByRole('columnheader').allTextContents()).toEqual(['Region', 'Round trip', 'Last 1 min']);
    expect(await opened.widget.getByRole('rowheader').count()).toBe(8);
    expect(await opened.widget.getByRole('img', { name: 'World map of 8 regions, home is Frankfurt' }).count()).toBe(1);
    expect(await opened.widget.getByRole('img', { name: '8.0 ms to 8.0 ms, 0 without an answer' }).count()).toBe(1);
  });

  it('speaks of another home, not of another latency', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities.slice(0, 2)), ms: cityMs, every: '200ms', strategy: 'netcheck' });
    const spoken = opened.part('spoken');
    await spoken.filter({ hasText: 'Settled: Frankfurt' }).waitFor();
    const first = await spoken.textContent();
    await opened.run('relays.ms = { "fra.example": 9, "par.example": 15 }, seen = []');
    await expect.poll(() => types(opened).then((told) => told.filter((type) => type === 'report').length)).toBeGreaterThan(2);
    expect(await spoken.textContent()).toBe(first);
  });

  it('goes from right to left, bars and all, but not the map', async () => {
    await using opened = await open({ html: 'lang="ar" dir="rtl"' });
    await opened.mount({ map: mapOf(cities), ms: cityMs });
    await untilSettled(opened);
    const [track, bar] = await Promise.all(['track', 'bar'].map((name) => opened.part(name).first().boundingBox()));
    expect(bar?.x).toBeGreaterThan(track?.x ?? NaN);
    expect(await opened.run('getComputedStyle(widget.shadowRoot.querySelector("[part=spark]")).transform')).toBe('matrix(-1, 0, 0, 1, 0, 0)');
    expect(await opened.run('getComputedStyle(widget.shadowRoot.querySelector("[part=world]")).transform')).toBe('none');
    expect(await opened.violations()).toEqual([]);
  });

  it('writes figures in the language around it, and words as they are given', async () => {
    await using opened = await open({ html: 'lang="de"' });
    await opened.mount({ map: mapOf(cities), ms: cityMs, texts: { region: 'Gebiet', latency: 'Umlaufzeit' } });
    await untilSettled(opened);
    expect(await opened.part('figure').first().textContent()).toBe('8,0 ms');
    expect(await opened.widget.getByRole('columnheader').first().textContent()).toBe('Gebiet');
    await opened.run('document.documentElement.lang = "en", widget.lang = "fr"');
    await expect.poll(() => opened.part('stat').nth(2).textContent()).toMatch(/Sure\d+\s%/);
  });

  it('works under a strict Content-Security-Policy', async () => {
    await using opened = await open({
      headers: { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; img-src 'self'" },
      files: { 'map.json': JSON.stringify(mapOf(cities)) },
    });
    await opened.mount({ map: '/map.json', ms: cityMs });
    await untilSettled(opened);
    expect(await opened.run('getComputedStyle(widget.shadowRoot.querySelector("[part~=card]")).display')).toBe('grid');
    const ends = await opened.run<number[]>('[...widget.shadowRoot.querySelectorAll("[part=bar]")].map((bar) => bar.getBoundingClientRect().right)');
    expect(ends.at(-1)).toBeGreaterThan(ends[0] ?? NaN);
    expect(opened.errors).toEqual([]);
  });

  it('says on a page on https whom it may not ask over http and ws', async () => {
    await using opened = await open({ origin: 'https://page.test' });
    const plain = { ...regionAt(1, 'fra', 'Frankfurt'), nodes: [{ name: '1a', host: 'fra.example', https: { port: 80, path: '/probe', scheme: 'http' }, websocket: 'ws://fra.example/echo' }] };
    await opened.mount({ map: { version: 1, regions: [plain] } });
    await opened.part('notice').filter({ hasText: 'This page is on https and may not ask over plain http or ws: fra' }).waitFor();
    await opened.part('figure').filter({ hasText: 'nothing here can measure it' }).waitFor();
    expect(await opened.violations()).toEqual([]);
    expect(opened.errors).toEqual([]);
  });

  it('says that it is offline, and measures again when it is not', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(cities), ms: cityMs, every: '200ms' });
    await untilSettled(opened);
    await opened.page.context().setOffline(true);
    await opened.part('state').filter({ hasText: 'Offline' }).waitFor();
    expect(await opened.part('title').textContent()).toBe('Frankfurt');
    expect(await opened.violations()).toEqual([]);
    await opened.page.context().setOffline(false);
    await opened.part('state').filter({ hasText: 'Settled' }).waitFor();
  });

  it('takes properties that were set before it was defined', async () => {
    await using opened = await open();
    await opened.run(`{
      const early = document.createElement('late-relay');
      early.map = { version: 1, regions: [] };
      document.querySelector('main').append(early);
      customElements.define('late-relay', class extends customElements.get('nearest-relay') {});
    }`);
    await opened.page.locator('late-relay').locator('[part~="title"]').filter({ hasText: 'Empty relay map' }).waitFor();
    expect(await opened.run('Object.keys(document.querySelector("late-relay"))')).toEqual([]);
  });

  it('does without motion where that is wanted, and with the colours that are forced', async () => {
    await using opened = await open({ context: { reducedMotion: 'reduce', forcedColors: 'active' } });
    await opened.mount({ map: mapOf(cities), ms: cityMs });
    await untilSettled(opened);
    expect(await opened.run('getComputedStyle(widget.shadowRoot.querySelector("[part=bar]")).transitionDuration')).toBe('0s');
    expect(await opened.violations()).toEqual([]);
  });

  it('makes the rows that are out of sight once there is a decision', async () => {
    await using opened = await open();
    await opened.mount({ map: mapOf(sixty), ms: { 'r7.example': 5 } });
    await opened.part('title').filter({ hasText: 'Region 7' }).waitFor();
    const early = await opened.run<[string, number]>('[widget.decision.state, widget.shadowRoot.querySelectorAll("[part~=row]").length]');
    if (early[0] === 'provisional') expect(early[1]).toBe(12);
    await expect.poll(() => opened.part('row').count(), { timeout: 10_000 }).toBe(60);
    expect(await opened.run('shifts')).toEqual([]);
  });

  inChromium('takes under 50 ms of the main thread until its first report is shown', async () => {
    const spent: number[] = [];
    const worked: number[] = [];
    // On a machine that takes this long for a fixed piece of work; a slower one, or one that others share, may take as much longer.
    const workMs = 11;
    const boundMs = (): number => 50 * Math.max(1, Math.min(...worked) / workMs);
    // The least of a few: others share the machine.
    for (let round = 0; round < 15 && !(Math.min(...spent) < boundMs()); round++) {
      await using opened = await open();
      worked.push(await opened.run(`(() => {
        const before = performance.now();
        for (let turn = 0, length = 0; turn < 40_000; turn++) length += JSON.stringify({ turn, length: [turn, String(length)] }).length;
        return performance.now() - before;
      })()`) as number);
      const session = await opened.page.context().newCDPSession(opened.page);
      await session.send('Performance.enable');
      const busyMs = async (): Promise<number> => {
        const { metrics } = await session.send('Performance.getMetrics');
        return metrics.filter(({ name }) => ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].includes(name)).reduce((sum, { value }) => sum + value * 1000, 0);
      };
      const before = await busyMs();
      await opened.mount({ map: mapOf(cities), ms: cityMs });
      await opened.run(`new Promise((resolve) => {
        const shown = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
        if (seen.some(({ type }) => type === 'report')) shown();
        else widget.addEventListener('report', shown, { once: true });
      })`);
      spent.push(await busyMs() - before);
    }
    expect(Math.min(...spent)).toBeLessThan(boundMs());
  }, 90_000);
});
