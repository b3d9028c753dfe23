import { execFileSync, spawnSync } from 'node:child_process';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Firefox sends to no loopback address, so its tests of WebRTC run in a network namespace of their own: an interface with an
 * address for documentation (RFC 5737), over which no packet leaves. A test file starts itself in there.
 */
export const namespaceAddress = '198.51.100.1';

const inside = 'NEAREST_RELAY_NAMESPACE';
const enter = `ip link set lo up && ip link add wan type veth peer name far && ip addr add ${namespaceAddress}/24 dev wan && ip link set wan up && ip link set far up && ip route add default dev wan`;

/** This process is the one in there. */
export const isInNamespace: boolean = env[inside] !== undefined;

export const canEnterNamespace: boolean = ((): boolean => {
  try {
    execFileSync('unshare', ['--net', 'sh', '-c', enter], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export const howToEnter: string = canEnterNamespace ? '' : ' (needs root and `ip`)';

/** Runs that test file in there to its end. */
export function runInNamespace(url: string, timeoutMs: number): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
  return spawnSync('unshare', ['--net', 'sh', '-c', `${enter} && exec "$@"`, 'sh', execPath, vitest, 'run', '--no-color', fileURLToPath(url)], { encoding: 'utf8', env: { ...env, [inside]: '1' }, timeout: timeoutMs });
}
