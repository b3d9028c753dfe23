import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersStun, freePorts } from './ports.ts';
import { startProgram } from './programs.ts';
import type { Program } from './programs.ts';

export const howToGetCoturn = 'Install it: apt-get install coturn, or brew install coturn (or put the path of turnserver in TURNSERVER).';

export interface Coturn extends Program {
  readonly port: number;
}

/**
 * Starts coturn on 127.0.0.1, without TLS; resolves once it answers STUN. `settings` are lines of its configuration file: of
 * those a version that lacks one says so and goes on, where it would refuse a flag. `relayAddress`: where clients are reached.
 */
export async function startCoturn(path: string, folder: string, settings: readonly string[] = [], relayAddress = '127.0.0.1'): Promise<Coturn> {
  const [port = 0] = await freePorts(1);
  const at = (suffix: string): string => join(folder, `${port}.${suffix}`);
  const lines = [
    'listening-ip=127.0.0.1', `relay-ip=${relayAddress}`, `listening-port=${port}`, 'no-tls', 'no-dtls', 'no-cli', 'relay-threads=1',
    // By itself it would write to /var.
    'log-file=stdout', `pidfile=${at('pid')}`, `userdb=${at('sqlite')}`,
    ...settings,
  ];
  await writeFile(at('conf'), `${lines.join('\n')}\n`);
  return { port, ...(await startProgram(path, ['-c', at('conf')], { serves: () => answersStun(port), cwd: folder })) };
}
