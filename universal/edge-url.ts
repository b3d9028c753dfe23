/** The URL of an edge, with or without a slash at its end. */
export type EdgeSource = string | URL;

/** Where an edge answers that path. */
export const edgeUrl = (edge: EdgeSource, path: '/v1/hint' | '/v1/relays'): string => String(edge).replace(/\/*$/, path);
