import { connectDerp, formatDerpKey, generateDerpKey, parseDerpKey, type DerpClient, type DerpEvent } from '../../../derp/index.ts';

// One client in the page, and its life as a test sees it.
let client: DerpClient | undefined;
const events: string[] = [];

export async function connect(url: string): Promise<string> {
  client = await connectDerp({ url, key: generateDerpKey(), onEvent: (event: DerpEvent) => void events.push(event.type) });
  return formatDerpKey(client.publicKey);
}

export const ping = (): Promise<number> | undefined => client?.ping();

/** Sends so many bytes that count up. */
export const send = (to: string, bytes: number): boolean | undefined => client?.send(parseDerpKey(to), Uint8Array.from({ length: bytes }, (_, at) => at));

/** The next packet: from whom, how long, and whether its bytes count up. */
export async function receive(): Promise<[from: string, bytes: number, isWhole: boolean] | undefined> {
  for await (const { source, packet } of client?.packets ?? []) return [formatDerpKey(source), packet.length, packet.every((byte, at) => byte === (at & 255))];
  return undefined;
}

export const told = (): string[] => events;

export async function close(): Promise<string | undefined> {
  await client?.close();
  return (await client?.closed)?.code;
}

export const failure = (url: string): Promise<string> => connectDerp({ url, timeoutMs: 5_000 }).then(() => 'connected', (error: { code: string }) => error.code);
