import { createIceServers, createPicker, type LiveIceServers, type Picker, type RelayMap } from '../../../universal/index.ts';
import { watchIceServers, webTransports, type GetCredentials, type IceServersEvent } from '../../../web/index.ts';

/** Given by the test. */
const { labMap: map } = globalThis as unknown as { labMap: RelayMap };

const events: IceServersEvent[] = [];
const onEvent = (event: IceServersEvent): void => void events.push(event);
let live: LiveIceServers | undefined;
let picker: Picker | undefined;
const current = (): RTCIceServer[] => live?.current?.iceServers ?? [];

/** As a page's own server answers, in the form of draft-uberti-behave-turn-rest. */
const fetchCredentials = (url: string): GetCredentials => async (_, { signal }) => {
  const { username, password, ttl } = await (await fetch(url, { signal })).json() as { username: string; password: string; ttl: number };
  return { username, credential: password, ttlMs: ttl * 1000 };
};

/** Keeps servers by a picker of the page's own, which can be told where home is, or all by itself. */
export async function keep(credentialsUrl: string, home?: string): Promise<void> {
  const options = { credentials: fetchCredentials(credentialsUrl), onEvent };
  if (home === undefined) {
    live = await watchIceServers({ map, ...options });
    return;
  }
  picker = createPicker({ map, transports: webTransports(), preferences: { pin: home } });
  live = createIceServers({ picker, ...options });
  await live.ready;
}

export const move = (home: string): void => picker?.update({ preferences: { pin: home } });

export interface Told {
  readonly changes: readonly string[];
  readonly regions: readonly string[];
  readonly usernames: readonly string[];
}

export const told = (): Told => ({
  changes: events.map((event) => (event.type === 'servers' ? event.change : event.type)),
  regions: [live?.current?.region, live?.current?.fallback].flatMap((region) => region?.code ?? []),
  usernames: current().map(({ username }) => username ?? ''),
});

export async function close(): Promise<void> {
  hangUp();
  live?.close();
  await picker?.close();
}

let call: { readonly near: RTCPeerConnection; readonly far: RTCPeerConnection; readonly ends: readonly RTCDataChannel[] } | undefined;

/** Sets up a channel between two peers that may talk through relays alone, with the servers that are current. */
export async function callUp(): Promise<void> {
  const config: RTCConfiguration = { iceServers: current(), iceTransportPolicy: 'relay' };
  const [near, far] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
  const offered = near.createDataChannel('bytes');
  const answered = new Promise<RTCDataChannel>((resolve) => { far.addEventListener('datachannel', ({ channel }) => resolve(channel), { once: true }); });
  const opened = new Promise((resolve) => { offered.addEventListener('open', resolve, { once: true }); });
  await negotiate(near, far);
  await opened;
  call = { near, far, ends: [offered, await answered] };
}

export function hangUp(): void {
  call?.near.close();
  call?.far.close();
}

/** As an application does when it is told of other servers. The ports at which the peers can be reached at relays from then on. */
export async function restart(mostServers = Infinity): Promise<number[]> {
  if (!call) throw new Error('no call');
  for (const peer of [call.near, call.far]) peer.setConfiguration({ ...peer.getConfiguration(), iceServers: current().slice(0, mostServers) });
  call.near.restartIce();
  await negotiate(call.near, call.far);
  return [call.near, call.far].flatMap(({ localDescription }) => [...(localDescription?.sdp ?? '').matchAll(/(\d+) typ relay/g)].map(([, port]) => Number(port)));
}

async function negotiate(near: RTCPeerConnection, far: RTCPeerConnection): Promise<void> {
  await far.setRemoteDescription(await described(near));
  await near.setRemoteDescription(await described(far));
}

/** With all candidates: after a restart the gathering state is for a while what it was before, so the last candidate's event tells. */
async function described(peer: RTCPeerConnection): Promise<RTCSessionDescriptionInit> {
  const gathered = new Promise<void>((resolve) => {
    peer.addEventListener('icecandidate', function look({ candidate }) {
      if (candidate) return;
      peer.removeEventListener('icecandidate', look);
      resolve();
    });
  });
  await peer.setLocalDescription();
  await gathered;
  if (!peer.localDescription) throw new Error('no description');
  return peer.localDescription;
}

/** Bytes that go each way at once; whether all came as they were sent. */
export async function exchange(length: number): Promise<boolean> {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  const came = (call?.ends ?? []).map((end) => new Promise<Uint8Array>((resolve) => {
    end.binaryType = 'arraybuffer';
    end.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => resolve(new Uint8Array(data)), { once: true });
  }));
  for (const end of call?.ends ?? []) end.send(bytes);
  return (await Promise.all(came)).map((got) => got.join() === bytes.join()).join() === 'true,true';
}

/** The kind of candidate that each side uses, and at which port it is reached. */
export async function routes(): Promise<{ readonly type: string; readonly port: number }[]> {
  return Promise.all([call?.near, call?.far].map(async (peer) => {
    const stats = [...((await peer?.getStats())?.values() ?? [])] as Record<string, unknown>[];
    // Firefox marks the pair itself.
    const chosen = stats.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
    const pair = stats.find(({ id, type, selected }) => (chosen === undefined ? type === 'candidate-pair' && selected : id === chosen));
    const local = stats.find(({ id }) => id === pair?.['localCandidateId']);
    return { type: String(local?.['candidateType']), port: Number(local?.['port']) };
  }));
}

/** Whether a relay gives those servers' user an address. */
export async function isTaken(iceServers: RTCIceServer[]): Promise<boolean> {
  const peer = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
  peer.createDataChannel('none');
  const taken = (await described(peer)).sdp?.includes('typ relay') === true;
  peer.close();
  return taken;
}

export const servers = (): RTCIceServer[] => current();
