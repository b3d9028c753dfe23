import type { RelayMap, RelayNode } from '../core/model/map.ts';
import type { Note } from '../core/model/report.ts';
import { thisPage, type Page } from './page.ts';

/**
 * Whether a browser refuses to connect there: a page on https may not ask over http or ws (Mixed Content, section 4.4). This
 * machine itself is excepted, as nobody can listen in on that (Secure Contexts, section 3.1).
 */
export const isMixed = (url: string, page: Page = thisPage()): boolean =>
  page.location?.protocol === 'https:' && /^(http|ws):/i.test(url) && !/^\w+:\/\/(127\.|\[::1\]|([\w-]+\.)*localhost([:/]|$))/i.test(url);

/** The URL of the node's timing request, as a page can ask for it: by its name, since a browser takes no address beside it. */
export function httpsUrl({ host, https }: RelayNode): string {
  return https ? `${https.scheme}://${host.includes(':') ? `[${host}]` : host}:${https.port}${https.path}` : '';
}

/** Says which regions this page may not ask over HTTPS or WebSocket for want of encryption at the relay; undefined where there are none. */
export function mixedContent(map: RelayMap, page: Page = thisPage()): Note | undefined {
  const refused = map.regions.filter(({ nodes }) => nodes.some((node) => isMixed(httpsUrl(node), page) || isMixed(node.websocket ?? '', page)));
  if (refused.length === 0) return undefined;
  return {
    code: 'mixed-content',
    message: `this page is on https, so the browser lets it ask nobody over http or ws: give ${refused.map(({ code }) => code).join(', ')} https and wss in the relay map, or open the page over http`,
  };
}
