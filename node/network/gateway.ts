import { parseProcRoute, parseRouteGet, parseRoutePrint } from './route-table.ts';
import type { DefaultRoute } from './route-table.ts';
import { nodeSystem } from './system.ts';
import type { System } from './system.ts';

/**
 * The default IPv4 route, if there is one through a gateway. Never rejects.
 *
 * Linux tells it in a file. Elsewhere the system's own `route` is asked: it is always there, needs no rights and starts in
 * milliseconds. The `default-gateway` package would do the same through `execa` and, on Windows, through `wmic`, which newer
 * Windows no longer has; PowerShell takes up to a second to start.
 */
export async function defaultRoute(system: System = nodeSystem()): Promise<DefaultRoute | undefined> {
  switch (system.platform) {
    case 'linux':
    case 'android':
      return parsed(await system.read('/proc/net/route'), parseProcRoute);
    case 'darwin':
    case 'freebsd':
    case 'netbsd':
    case 'openbsd':
      return parsed(await system.run('/sbin/route', ['-n', 'get', 'default']), parseRouteGet);
    case 'win32':
      return parsed(await system.run(windowsTool('ROUTE.EXE'), ['-4', 'print', '0.0.0.0']), parseRoutePrint);
    default:
      return undefined;
  }
}

/** In full: Windows looks for a bare name in the current folder first, which may be anybody's. */
export const windowsTool = (name: string): string => `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\${name}`;

const parsed = <T>(text: string | undefined, parse: (text: string) => T | undefined): T | undefined => (text === undefined ? undefined : parse(text));
