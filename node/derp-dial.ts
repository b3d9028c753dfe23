import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { addressOf } from '../core/model/address.ts';
import type { Family } from '../core/model/kind.ts';
import type { RelayNode } from '../core/model/map.ts';
import { connectTcp } from './transports/connect.ts';
import { locate } from './transports/locate.ts';
import type { Resolver } from './transports/resolve.ts';

/** So long may the first family take before the other is tried beside it: the Connection Attempt Delay of RFC 8305 section 5. */
const attemptDelayMs = 250;

export interface DialOptions {
  /** Only that one. Default: IPv4 first, then IPv6, as far as the node has them. */
  readonly family?: Family | undefined;
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
}

/** A TCP connection to a node, by the family that gets there first. Rejects with what was wrong with the first; then no socket is left. */
export async function dial(node: RelayNode, port: number, { family, resolver, signal }: DialOptions): Promise<Socket> {
  const [first = 4, second] = family === undefined ? families.filter((each) => addressOf(node, each) !== undefined) : [family];
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const reach = async (each: Family): Promise<Socket> => {
    const { address } = await locate(node, each, addressOf, resolver, either);
    const { socket } = await connectTcp(address, port, { signal: either, sent: false }, () => performance.now());
    return socket;
  };
  const attempts = [reach(first)];
  if (second !== undefined) attempts.push(beside(attempts[0], () => reach(second), either));
  let winner: Socket | undefined;
  try {
    return (winner = await Promise.any(attempts));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    over.abort();
    for (const attempt of attempts) void attempt.then((socket) => socket === winner || socket.destroy(), () => {});
  }
}

const families: readonly Family[] = [4, 6];

/** Starts behind one that failed, or takes long. Rejects where that one got there. */
async function beside(before: Promise<Socket> | undefined, start: () => Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  const socket = await Promise.race([before?.catch(() => undefined), setTimeout(attemptDelayMs, undefined, { signal, ref: false })]);
  if (socket) throw new Error('the other family got there');
  return start();
}
