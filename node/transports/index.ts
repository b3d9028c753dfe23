import type { Kind } from '../../core/model/kind.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { https } from './https.ts';
import { icmp } from './icmp.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';
import type { StunTransport } from './stun.ts';
import { stun as createStun } from './stun.ts';
import { tcp } from './tcp.ts';
import { websocket } from './websocket.ts';

export { https, type HttpsOptions } from './https.ts';
export { icmp, type IcmpOptions } from './icmp.ts';
export { createResolver, type Lookup, type Resolver, type ResolverOptions } from './resolve.ts';
export { stun, type StunOptions, type StunTransport } from './stun.ts';
export { tcp, type TcpOptions } from './tcp.ts';
export type { Trust } from './tls.ts';
export { websocket, type WebSocketOptions } from './websocket.ts';

export interface NodeTransportsOptions {
  /** Accept any TLS certificate. For tests. */
  readonly insecure?: boolean;
  /** Only these kinds, of those that Node can measure. Default: all. */
  readonly kinds?: readonly Kind[];
  readonly resolver?: Resolver;
  /** In place of one of its own: for whoever needs more of it, such as the hairpin check. */
  readonly stun?: StunTransport;
}

/** All that Node can measure with, for a picker, which closes them. They share one resolver. */
export function nodeTransports({ insecure = false, kinds, resolver = createResolver(), stun = createStun({ resolver }) }: NodeTransportsOptions = {}): Transport[] {
  const transports = [stun, https({ resolver, insecure }), tcp({ resolver }), icmp({ resolver }), websocket({ resolver, insecure })];
  return kinds ? transports.filter(({ kind }) => kinds.includes(kind)) : transports;
}
