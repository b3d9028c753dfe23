import type { Network } from '../core/probe/network.ts';
import { isHidden, thisPage, type Page } from './page.ts';

/**
 * The network as a page sees it, which is little: no address, no interface, no router. `id` tells Wi-Fi from cellular where
 * the browser does (Chromium on phones), and is else one for all networks, so what is remembered of one is met in the next,
 * to be verified there as everything remembered is. Families are the browser's affair: both may work.
 *
 * `onChange` calls when the machine goes online or offline, when the kind of connection changes, and when the page comes
 * into view; what happens while nobody sees the page it keeps until then.
 */
export function webNetwork(page: Page = thisPage()): Network {
  const { navigator } = page;
  const medium = (): string => `${navigator?.connection?.type} ${navigator?.connection?.effectiveType}`;
  return {
    families: () => ({ v4: true, v6: true }),
    id: async () => `page ${navigator?.connection?.type ?? 'unknown'}`,
    online: () => navigator?.onLine !== false,
    onChange(listener) {
      const stop = new AbortController();
      const { signal } = stop;
      const tell = (): void => {
        if (!isHidden(page)) listener();
      };
      let seen = medium();
      page.addEventListener?.('online', tell, { signal });
      page.addEventListener?.('offline', tell, { signal });
      page.document?.addEventListener('visibilitychange', tell, { signal });
      // The event also comes with every new estimate of the bandwidth.
      navigator?.connection?.addEventListener('change', () => {
        const now = medium();
        if (now !== seen) tell();
        seen = now;
      }, { signal });
      return () => stop.abort();
    },
  };
}
