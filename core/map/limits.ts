/** Far above any real fleet: Tailscale has some 30 regions of up to 4 nodes. */
export const MAX_REGIONS = 10_000;
export const MAX_NODES = 100;
/** ICE URLs of one server. */
export const MAX_URLS = 100;
/** UTF-16 units of text: 32 Mi. */
export const MAX_TEXT = 33_554_432;
