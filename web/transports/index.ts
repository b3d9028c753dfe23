import type { Kind } from '../../core/model/kind.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { https } from './https.ts';
import { ice } from './ice.ts';
import { websocket } from './websocket.ts';

export { https, type HttpsOptions } from './https.ts';
export { ice, type IceOptions, type IceTransport } from './ice.ts';
export { turn, type TurnOptions } from './turn.ts';
export { websocket } from './websocket.ts';

export interface WebTransportsOptions {
  /** Only these kinds, of those that a page can measure. Default: all. */
  readonly kinds?: readonly Kind[];
}

/**
 * All that a page measures with, for a picker, which closes them. What the browser lacks supports no node. TURN is not among
 * them: its check costs thirty packets, and is for the finalists (`turn()`).
 */
export function webTransports({ kinds }: WebTransportsOptions = {}): Transport[] {
  const transports = [ice(), https(), websocket()];
  return kinds ? transports.filter(({ kind }) => kinds.includes(kind)) : transports;
}
