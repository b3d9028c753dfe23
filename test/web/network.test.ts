import { expect, it } from 'vitest';
import { webNetwork } from '../../web/network.ts';
import { isThrifty, pageStretch, thriftyFactor } from '../../web/pace.ts';
import { fakeBrowser, type FakeTab } from './fake-page.ts';

const change = (tab: FakeTab, values: object): void => {
  Object.assign(tab.navigator.connection, values);
  tab.navigator.connection.dispatchEvent(new Event('change'));
};

it.each<{ what: string; happen: (tab: FakeTab) => void; calls: number }>([
  { what: 'online', happen: (tab) => tab.dispatchEvent(new Event('online')), calls: 1 },
  { what: 'offline', happen: (tab) => tab.dispatchEvent(new Event('offline')), calls: 1 },
  { what: 'another kind of connection', happen: (tab) => change(tab, { type: 'cellular' }), calls: 1 },
  { what: 'a slower class of connection', happen: (tab) => change(tab, { effectiveType: '2g' }), calls: 1 },
  { what: 'a new estimate of the bandwidth', happen: (tab) => change(tab, { downlink: 1.5 }), calls: 0 },
  { what: 'hidden', happen: (tab) => tab.setHidden(true), calls: 0 },
  { what: 'hidden and shown', happen: (tab) => { tab.setHidden(true); tab.setHidden(false); }, calls: 1 },
  { what: 'changes while hidden, then shown', happen: (tab) => { tab.setHidden(true); change(tab, { type: 'wifi' }); tab.dispatchEvent(new Event('online')); tab.setHidden(false); }, calls: 1 },
])('$what: $calls calls', ({ happen, calls }) => {
  const tab = fakeBrowser().open();
  let called = 0;
  const stop = webNetwork(tab).onChange(() => { called++; });
  happen(tab);
  expect(called).toBe(calls);
  stop();
  happen(tab);
  expect(called).toBe(calls);
});

it('names the kind of connection where the browser tells it, and nothing else', async () => {
  const tab = fakeBrowser().open();
  expect(await webNetwork(tab).id()).toBe('page unknown');
  Object.assign(tab.navigator.connection, { type: 'wifi', effectiveType: '4g' });
  expect(await webNetwork(tab).id()).toBe('page wifi');
  expect(webNetwork(tab).families()).toEqual({ v4: true, v6: true });
});

it('is online unless the browser says otherwise', () => {
  const tab = fakeBrowser().open();
  expect(webNetwork(tab).online()).toBe(true);
  tab.navigator.onLine = false;
  expect(webNetwork(tab).online()).toBe(false);
  expect(webNetwork({}).online()).toBe(true);
});

it('works where there is no page', async () => {
  const network = webNetwork({});
  network.onChange(() => {})();
  expect(await network.id()).toBe('page unknown');
  expect(pageStretch({})()).toBe(1);
});

it.each([
  { what: 'nothing known', values: {}, hidden: false, factor: 1 },
  { what: 'Save-Data', values: { saveData: true }, hidden: false, factor: thriftyFactor },
  { what: 'cellular', values: { type: 'cellular' }, hidden: false, factor: thriftyFactor },
  { what: 'Wi-Fi', values: { type: 'wifi', saveData: false }, hidden: false, factor: 1 },
  { what: 'hidden', values: {}, hidden: true, factor: Infinity },
])('$what: waits $factor times as long', ({ values, hidden, factor }) => {
  const tab = fakeBrowser().open({ isHidden: hidden });
  Object.assign(tab.navigator.connection, values);
  expect(pageStretch(tab)()).toBe(factor);
  expect(isThrifty(tab)).toBe(factor === thriftyFactor);
});
