/** Tailscale counts whole nanoseconds, and its rules cut at them. Below 104 days they are exact in a double. */
export const toNs = (ms: number): number => Math.round(ms * 1e6);

export const toMs = (ns: number): number => ns / 1e6;
