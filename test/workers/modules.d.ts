// What tests in workerd import from it.
declare module 'cloudflare:workers' {
  export const env: { readonly HOMES: import('../../edge/storage/home-store.ts').ObjectNamespace };
}
declare module 'cloudflare:test' {
  export function reset(): Promise<void>;
}
