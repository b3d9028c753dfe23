import { getEventListeners } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';

/** How many sockets and servers (by file descriptor, since unref'd ones are no active resources) and programs are open now. */
function openHandles(): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (name: string): void => { counts.set(name, (counts.get(name) ?? 0) + 1); };
  for (const name of process.getActiveResourcesInfo()) if (/UDP|TCP|Process/.test(name)) count(name);
  if (process.platform === 'linux') for (const fd of readdirSync('/proc/self/fd')) if (isSocket(fd)) count('socket');
  return counts;
}

function isSocket(fd: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
  } catch {
    // It was closed meanwhile: the listing's own descriptor was.
    return false;
  }
}

/**
 * Runs `work` with a fresh signal and expects that nothing of it stays behind: no handle, no listener on the signal. Handles
 * of an earlier test may go meanwhile; more than before must not be there.
 */
export async function leavesNothing<T>(work: (controller: AbortController) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const before = openHandles();
  const result = await work(controller);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  const left = (): string[] => [...openHandles()].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
  // The system tells of a closed socket some turns later, and of the server's side of a connection after that.
  for (let turn = 0; turn < 200 && left().length > 0; turn++) await new Promise<void>((next) => { setTimeout(next, 5); });
  expect(left()).toEqual([]);
  return result;
}
