import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBindingRequest } from '../../core/wire/stun.ts';

/** A coturn on loopback with one user. */
export interface TurnServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly username: string;
  readonly credential: string;
}

/** Whether coturn is installed. */
export const hasCoturn: boolean = (() => {
  try {
    execFileSync('turnserver', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export const howToInstallCoturn = 'no TURN server was found: `apt-get install coturn`';

export interface TurnServerOptions {
  /** Takes the credentials that are made of this secret, instead of the user's. */
  readonly secret?: string;
  /** Where clients are reached: the first port and the last. */
  readonly relayPorts?: readonly [number, number];
  readonly address?: string;
}

/** Starts one on a free port; resolves when it answers. */
export async function startTurnServer({ secret, relayPorts, address = '127.0.0.1' }: TurnServerOptions = {}): Promise<TurnServer> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  const [username, credential] = ['alice', 'secret'];
  const folder = await mkdtemp(join(tmpdir(), 'coturn-'));
  socket.close();
  await once(socket, 'close');
  const server = spawn('turnserver', [
    '-n', `--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`, '--allow-loopback-peers', '--no-tls', '--no-dtls', '--no-cli', '--no-tcp',
    ...(secret === undefined ? ['--lt-cred-mech', `--user=${username}:${credential}`] : ['--use-auth-secret', `--static-auth-secret=${secret}`]),
    ...(relayPorts ? [`--min-port=${relayPorts[0]}`, `--max-port=${relayPorts[1]}`] : []), '--realm=relay.test', '--log-file=stdout', '--simple-log', `--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'db')}`,
  ], { stdio: 'ignore', cwd: folder });
  const end = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilAnswers(port, address);
  } catch (error) {
    await end();
    throw error;
  }
  return { port, url: `turn:${address}:${port}`, username, credential, [Symbol.asyncDispose]: end };
}

/** Asks by STUN, again and again. */
async function untilAnswers(port: number, address: string): Promise<void> {
  const socket = createSocket('udp4');
  const timer = setInterval(() => socket.send(encodeBindingRequest(new Uint8Array(12), { plain: true }), port, address), 50);
  try {
    await once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
