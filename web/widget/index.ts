/**
 * `<nearest-relay>`, a custom element without a framework. Importing this defines it, in a page; on a server it does nothing.
 *
 * ```html
 * <script type="module" src="nearest-relay.js"></script>
 * <nearest-relay map="/relays.json"></nearest-relay>
 * ```
 */
import { NearestRelayElement } from './element.ts';

export { NearestRelayElement };
export type * from './events.ts';
export type { WidgetState, WidgetTexts } from './texts.ts';

declare global {
  interface HTMLElementTagNameMap {
    'nearest-relay': NearestRelayElement;
  }
}

if (globalThis.customElements && !customElements.get('nearest-relay')) customElements.define('nearest-relay', NearestRelayElement);
